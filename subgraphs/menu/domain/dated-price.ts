/**
 * Prices that change at an instant known beforehand. The menu and every copy of it hold both amounts until then, so all of
 * them switch together and an order is never priced by other amounts than the newest that were shown.
 */

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

/** The change of an amount that is not pending. */
export function changedAt<Amount>(before: Amount, after: Amount, effectiveAt: Date): Dated<Amount> {
  return before === after ? unchanged(after) : { amount: after, previous: before, effectiveAt };
}
