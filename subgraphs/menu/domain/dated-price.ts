/**
 * Prices that change at an instant known beforehand. The menu and every copy of it hold both amounts until then, so all of
 * them switch together and an order is never priced by other amounts than the newest that were shown.
 */
import type { UserError } from '../../../platform/errors.js';

/** How long after it is written a price takes effect: longer than its event usually needs to reach every copy. */
export const PRICE_LEAD_MILLISECONDS = 1_000;

export interface Dated<Amount> {
  readonly amount: Amount;
  /** Holds before `effectiveAt`. */
  readonly previous: Amount;
  /** Null for an amount that has always held. */
  readonly effectiveAt: Date | null;
}

export function amountAt<Amount>({ amount, previous, effectiveAt }: Dated<Amount>, now: Date): Amount {
  return effectiveAt !== null && now < effectiveAt ? previous : amount;
}

export function isPending({ effectiveAt }: Pick<Dated<unknown>, 'effectiveAt'>, now: Date): boolean {
  return effectiveAt !== null && now < effectiveAt;
}

export function unchanged<Amount>(amount: Amount): Dated<Amount> {
  return { amount, previous: amount, effectiveAt: null };
}

/** Whether it changes later than a price that is set takes to be in effect. */
export function isPlanned({ effectiveAt }: Pick<Dated<unknown>, 'effectiveAt'>, now: Date): boolean {
  return effectiveAt !== null && effectiveAt.getTime() - now.getTime() > PRICE_LEAD_MILLISECONDS;
}

/** As it is from now on, without the change that has been made of it already. */
export function kept<Amount>(dated: Dated<Amount>, now: Date): Dated<Amount> {
  return isPending(dated, now) ? dated : unchanged(dated.amount);
}

const LONGEST_PLAN_MILLISECONDS = 366 * 24 * 60 * 60 * 1000;

/** What is wrong with the moment for which a price is planned; null for a price that is set at once. */
export function faultsOfPlan(from: Date | null, hasPrice: boolean, now: Date): UserError[] {
  const fault = (message: string): UserError[] => [{ code: 'INVALID_INPUT', field: ['priceFrom'], message }];
  if (from === null) return [];
  if (!hasPrice) return fault('A moment needs a price that takes effect at it');
  if (from.getTime() - now.getTime() <= PRICE_LEAD_MILLISECONDS) return fault('The moment lies in the past');
  return from.getTime() - now.getTime() > LONGEST_PLAN_MILLISECONDS
    ? fault('The moment lies more than a year ahead')
    : [];
}

/** The change of an amount that is not pending. */
export function changedAt<Amount>(before: Amount, after: Amount, effectiveAt: Date): Dated<Amount> {
  return before === after ? unchanged(after) : { amount: after, previous: before, effectiveAt };
}
