/**
 * What a line says of a price: the one that holds, one from a moment on (`price` with `priceFrom`), or the one that holds with the one that is
 * planned after it (`plannedPrice` with `plannedFrom`), as exports have it. Of an outlet's own price, no `plannedPrice` is the chain's.
 */
import { moment, optional, wholeNumber } from '../../../../platform/bulk/cells.js';
import { badCell } from '../../../../platform/bulk/import-table.js';
import { amountAt, type Dated, isPending, isPlanned } from '../../domain/dated-price.js';

export const PRICE_CELLS = {
  price: optional(wholeNumber),
  priceFrom: optional(moment),
  plannedPrice: optional(wholeNumber),
  plannedFrom: optional(moment),
} as const;

/** Those that say nothing without another. */
export const PRICE_NEEDS = {
  price: ['priceFrom'],
  plannedPrice: ['plannedFrom'],
  plannedFrom: ['plannedPrice'],
} as const;

export interface SaidPrice<Amount> {
  /** Undefined where the file says nothing of it. */
  readonly price: Amount | undefined;
  readonly priceFrom: Date | null;
  readonly plan: PricePlan<Amount> | null;
}

interface PricePlan<Amount> {
  readonly price: Amount;
  readonly priceFrom: Date;
}

interface PriceValues {
  readonly priceFrom?: Date | null;
  readonly plannedPrice?: number | null;
  readonly plannedFrom?: Date | null;
}

/**
 * A price that was planned for a moment that has passed has come.
 * @param unpriced what `plannedFrom` alone plans; undefined where it plans nothing.
 * @throws UserFault for half a plan.
 */
export function saidPrice<Amount extends number | null>(
  price: Amount | undefined,
  { priceFrom = null, plannedPrice: planned = null, plannedFrom = null }: PriceValues,
  now: Date,
  unpriced?: Amount,
): SaidPrice<Amount | number> {
  if (planned === null && plannedFrom === null) return { price, priceFrom, plan: null };
  const plannedPrice: Amount | number | undefined = planned === null ? unpriced : planned;
  if (plannedPrice === undefined) throw badCell('plannedPrice', 'the price that is planned for plannedFrom');
  if (plannedFrom === null) throw badCell('plannedFrom', 'the moment for which plannedPrice is planned');
  if (priceFrom !== null)
    throw badCell('priceFrom', 'empty beside plannedPrice: price is the one that holds');
  if (plannedFrom <= now) return { price: plannedPrice, priceFrom: null, plan: null };
  return { price, priceFrom: null, plan: { price: plannedPrice, priceFrom: plannedFrom } };
}

/** What differs from the price that is stored; null where nothing does. @throws UserFault for two changes at once. */
export function priceChange<Amount extends number | null>(
  stored: Dated<Amount>,
  { price, priceFrom, plan }: SaidPrice<Amount | number>,
  now: Date,
): { readonly price: Amount | number; readonly priceFrom?: Date } | null {
  const isSo = (amount: Amount | number, from: Date) =>
    stored.amount === amount && stored.effectiveAt?.getTime() === from.getTime();
  if (plan !== null) {
    if (price !== undefined && price !== amountAt(stored, now)) {
      throw badCell('plannedPrice', 'empty where price changes: plan the next one in another file');
    }
    const isThere = isPending(stored, now)
      ? isSo(plan.price, plan.priceFrom)
      : plan.price === amountAt(stored, now);
    return isThere ? null : plan;
  }
  if (price === undefined) return null;
  if (priceFrom === null) return price === amountAt(stored, now) ? null : { price };
  const isKept = isPending(stored, now) ? isSo(price, priceFrom) : price === amountAt(stored, now);
  return isKept ? null : { price, priceFrom };
}

/** As an export has it: the price that holds, and the one that is planned. */
export function exportedPrice<Amount extends number | null>(stored: Dated<Amount>, now: Date) {
  const isAhead = isPlanned(stored, now);
  return {
    price: amountAt(stored, now),
    plannedPrice: isAhead ? stored.amount : null,
    plannedFrom: isAhead ? stored.effectiveAt : null,
  };
}
