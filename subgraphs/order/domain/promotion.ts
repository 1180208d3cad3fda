/**
 * What promotions take off: each line of an order takes the promotion that saves most and has units left for the whole line.
 * No unit goes below 1 rupiah, so that an order can still be paid, and no price is ever raised.
 */
import { multiply } from '../../../platform/money.js';

export interface Promotion {
  readonly id: string;
  readonly name: string;
  /** One of the two is null. */
  readonly percent: number | null;
  readonly amountOff: number | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly endedAt: Date | null;
  /** Units that can still be ordered under it, as of the last read; null for any number. */
  readonly unitsLeft: number | null;
}

/** The promotions of one outlet at one moment. */
export interface OutletPromotions {
  readonly now: Date;
  /** All promotions of the item at this outlet, running or not, oldest first. */
  promotions(menuItemId: string): readonly Promotion[];
}

/** The promotion that a line is ordered under. */
export interface AppliedPromotion {
  readonly id: string;
  readonly name: string;
}

/** Units that an order takes of a limited promotion. */
export interface TakenUnits {
  readonly promotionId: string;
  readonly units: number;
}

export interface Saving {
  readonly promotion: AppliedPromotion;
  /** Off the whole line. */
  readonly discount: number;
}

const LEAST_PRICE = 1;

/** Off one unit; a percentage is rounded down to whole rupiah. */
function savingOnOne({ percent, amountOff }: Promotion, unitPrice: number): number {
  const saving = amountOff ?? Math.floor(multiply(unitPrice, percent ?? 0) / 100);
  return Math.max(0, Math.min(saving, unitPrice - LEAST_PRICE));
}

function isRunning({ startsAt, endsAt, endedAt }: Promotion, now: Date): boolean {
  return startsAt <= now && now < endsAt && (endedAt === null || now < endedAt);
}

/** Allocates promotions to the lines of one order in turn: units taken by one line are not left for the next. */
export class PromotionAllocator {
  readonly #promotions: OutletPromotions;
  readonly #taken = new Map<string, number>();

  constructor(promotions: OutletPromotions) {
    this.#promotions = promotions;
  }

  /** Null when no promotion saves anything. */
  allocate(menuItemId: string, unitPrice: number, quantity: number): Saving | null {
    let best: { readonly promotion: Promotion; readonly saving: number } | null = null;
    for (const promotion of this.#promotions.promotions(menuItemId)) {
      if (!isRunning(promotion, this.#promotions.now) || !this.#hasLeft(promotion, quantity)) continue;
      const saving = savingOnOne(promotion, unitPrice);
      if (saving > (best?.saving ?? 0)) best = { promotion, saving };
    }
    if (best === null) return null;
    const { id, name, unitsLeft } = best.promotion;
    if (unitsLeft !== null) this.#taken.set(id, (this.#taken.get(id) ?? 0) + quantity);
    return { promotion: { id, name }, discount: multiply(best.saving, quantity) };
  }

  get taken(): TakenUnits[] {
    return [...this.#taken].map(([promotionId, units]) => ({ promotionId, units }));
  }

  #hasLeft({ id, unitsLeft }: Promotion, quantity: number): boolean {
    return unitsLeft === null || unitsLeft - (this.#taken.get(id) ?? 0) >= quantity;
  }
}
