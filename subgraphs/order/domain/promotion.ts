/**
 * What promotions take off: each line of an order has the one that saves most and has pieces left for all of it. No piece
 * is taken below 1 rupiah, so that what is promoted can still be paid, and no price is ever raised.
 */
import { multiply } from '../../../platform/money.js';
import type { OutletMenu } from './menu.js';

export interface Promotion {
  readonly id: string;
  readonly name: string;
  /** One of the two is null. */
  readonly percent: number | null;
  readonly amountOff: number | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly endedAt: Date | null;
  /** Pieces that can still be ordered under it, as far as is known here; null for any number. */
  readonly unitsLeft: number | null;
}

/** What a line is ordered under. */
export interface AppliedPromotion {
  readonly id: string;
  readonly name: string;
}

/** Pieces that an order takes of a promotion that has only so many. */
export interface TakenPieces {
  readonly promotionId: string;
  readonly pieces: number;
}

export interface Saving {
  readonly promotion: AppliedPromotion;
  /** Off the whole line. */
  readonly discount: number;
}

const LEAST_PRICE = 1;

/** Off one piece; a percentage is rounded down to whole rupiah. */
export function savingOnOne({ percent, amountOff }: Promotion, unitPrice: number): number {
  const wanted = amountOff ?? Math.floor(multiply(unitPrice, percent ?? 0) / 100);
  return Math.max(0, Math.min(wanted, unitPrice - LEAST_PRICE));
}

export function isRunning({ startsAt, endsAt, endedAt }: Promotion, now: Date): boolean {
  return startsAt <= now && now < endsAt && (endedAt === null || now < endedAt);
}

/** Promotes the lines of one order, one after the other: what one takes is gone for those after it. */
export class Promoter {
  readonly #menu: OutletMenu;
  readonly #taken = new Map<string, number>();

  constructor(menu: OutletMenu) {
    this.#menu = menu;
  }

  /** Null when nothing saves anything. */
  promote(menuItemId: string, unitPrice: number, quantity: number): Saving | null {
    let best: { readonly promotion: Promotion; readonly saving: number } | null = null;
    for (const promotion of this.#menu.promotions(menuItemId)) {
      if (!isRunning(promotion, this.#menu.now) || !this.#hasLeft(promotion, quantity)) continue;
      const saving = savingOnOne(promotion, unitPrice);
      if (saving > (best?.saving ?? 0)) best = { promotion, saving };
    }
    if (best === null) return null;
    const { id, name, unitsLeft } = best.promotion;
    if (unitsLeft !== null) this.#taken.set(id, (this.#taken.get(id) ?? 0) + quantity);
    return { promotion: { id, name }, discount: multiply(best.saving, quantity) };
  }

  get taken(): TakenPieces[] {
    return [...this.#taken].map(([promotionId, pieces]) => ({ promotionId, pieces }));
  }

  #hasLeft({ id, unitsLeft }: Promotion, quantity: number): boolean {
    return unitsLeft === null || unitsLeft - (this.#taken.get(id) ?? 0) >= quantity;
  }
}
