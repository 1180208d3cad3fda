/** Promotions: one way of saving, some items, and a window that is not over yet. */
import type { UserError } from '../../../platform/errors.js';
import { MAXIMUM_PRICE } from './menu-item.js';

export interface PromotionDraft {
  readonly name: string;
  /** One of the two is null. */
  readonly percent: number | null;
  readonly amountOff: number | null;
  readonly menuItemIds: readonly string[];
  /** Empty for every outlet. */
  readonly outletIds: readonly string[];
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Units in all; null for any number. */
  readonly quantity: number | null;
}

export interface Promotion extends PromotionDraft {
  readonly id: string;
  readonly endedAt: Date | null;
  readonly version: number;
}

export interface OutletTenant {
  readonly outletId: string;
  readonly franchiseId: string;
}

/** An item at an outlet. */
export interface Offer {
  readonly menuItemId: string;
  readonly outletId: string;
}

export type PromotionState = 'PLANNED' | 'RUNNING' | 'ENDED';

const MAXIMUM_PERCENT = 90;
const MAXIMUM_QUANTITY = 1_000_000;
const MAXIMUM_LIST_LENGTH = 500;

/** The narrowest tenant that has all these outlets; the chain for outlets of several franchises, and for none. */
export function tenantOf(outlets: readonly OutletTenant[]) {
  const [first] = outlets;
  const isOneFranchise = outlets.every(({ franchiseId }) => franchiseId === first?.franchiseId);
  return {
    franchiseId: first !== undefined && isOneFranchise ? first.franchiseId : null,
    outletId: first !== undefined && outlets.length === 1 ? first.outletId : null,
  };
}

export function stateAt({ startsAt, endsAt, endedAt }: Promotion, now: Date): PromotionState {
  if (endedAt !== null || endsAt <= now) return 'ENDED';
  return startsAt <= now ? 'RUNNING' : 'PLANNED';
}

/** Whether an amount takes off more than a percentage could, by the lowest price of its items; null where none has a price. */
export function faultsOfAmount({ amountOff }: PromotionDraft, lowestPrice: number | null): UserError[] {
  const most = Math.floor(((lowestPrice ?? 0) * MAXIMUM_PERCENT) / 100);
  if (amountOff === null || lowestPrice === null || amountOff <= most) return [];
  return [
    fault(
      ['amountOff'],
      `At most ${MAXIMUM_PERCENT} per cent of the lowest price, ${most} rupiah, can be taken off`,
    ),
  ];
}

/** Every fault of a promotion; empty when it can run. */
export function faultsOfPromotion(draft: PromotionDraft, now: Date): UserError[] {
  const { menuItemIds, outletIds, startsAt, endsAt, quantity } = draft;
  const faults = savingFaults(draft);
  if (menuItemIds.length === 0) faults.push(fault(['menuItemIds'], 'A promotion has at least one item'));
  faults.push(...listFaults('menuItemIds', menuItemIds), ...listFaults('outletIds', outletIds));
  if (endsAt <= startsAt) faults.push(fault(['endsAt'], 'A promotion ends after it starts'));
  else if (endsAt <= now) faults.push(fault(['endsAt'], 'The end lies in the past'));
  if (quantity !== null && (quantity < 1 || quantity > MAXIMUM_QUANTITY)) {
    faults.push(fault(['quantity'], `A promotion is for 1 to ${MAXIMUM_QUANTITY} units`));
  }
  return faults;
}

function savingFaults({ percent, amountOff }: PromotionDraft): UserError[] {
  if ((percent === null) === (amountOff === null)) {
    return [fault(['percent'], 'Either a percentage or an amount is taken off')];
  }
  if (percent !== null && (percent < 1 || percent > MAXIMUM_PERCENT)) {
    return [fault(['percent'], `From 1 to ${MAXIMUM_PERCENT} per cent can be taken off`)];
  }
  if (amountOff !== null && (amountOff < 1 || amountOff > MAXIMUM_PRICE)) {
    return [fault(['amountOff'], `From 1 to ${MAXIMUM_PRICE} rupiah can be taken off`)];
  }
  return [];
}

function listFaults(field: string, ids: readonly string[]): UserError[] {
  if (ids.length > MAXIMUM_LIST_LENGTH) return [fault([field], `At most ${MAXIMUM_LIST_LENGTH}`)];
  return ids.flatMap((id, index) =>
    ids.indexOf(id) === index ? [] : [fault([field, String(index)], 'Listed twice')],
  );
}

function fault(field: string[], message: string): UserError {
  return { code: 'INVALID_INPUT', field, message };
}
