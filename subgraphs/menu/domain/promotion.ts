/** What a promotion may be: one way of saving, some items, and a window that is not over yet. */
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
  /** Pieces in all; null for any number. */
  readonly quantity: number | null;
}

export const MAXIMUM_PERCENT = 90;
export const MAXIMUM_PIECES = 1_000_000;
const MAXIMUM_PLACES = 500;

/** Everything wrong with a promotion; nothing when it can be run. */
export function faultsOfPromotion(draft: PromotionDraft, now: Date): UserError[] {
  const { menuItemIds, outletIds, startsAt, endsAt, quantity } = draft;
  const faults = savingFaults(draft);
  if (menuItemIds.length === 0) faults.push(fault(['menuItemIds'], 'A promotion is for some items'));
  faults.push(...listFaults('menuItemIds', menuItemIds), ...listFaults('outletIds', outletIds));
  if (endsAt <= startsAt) faults.push(fault(['endsAt'], 'A promotion ends after it began'));
  else if (endsAt <= now) faults.push(fault(['endsAt'], 'This is over already'));
  if (quantity !== null && (quantity < 1 || quantity > MAXIMUM_PIECES)) {
    faults.push(fault(['quantity'], `A promotion is for 1 to ${MAXIMUM_PIECES} pieces`));
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
  if (ids.length > MAXIMUM_PLACES) return [fault([field], `At most ${MAXIMUM_PLACES}`)];
  return ids.flatMap((id, index) =>
    ids.indexOf(id) === index ? [] : [fault([field, String(index)], 'This is named twice')],
  );
}

function fault(field: string[], message: string): UserError {
  return { code: 'INVALID_INPUT', field, message };
}
