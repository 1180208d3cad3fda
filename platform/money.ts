/** Money in whole rupiah. Every sum stays an exact integer or throws a RangeError; nothing is ever rounded silently. */
export const CURRENCY = 'IDR';

/** What GraphQL shows as `Money`. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export function rupiah(amount: number): Money {
  return { amount: exact(amount), currency: CURRENCY };
}

export function add(...amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => exact(sum + exact(amount)), 0);
}

export function multiply(amount: number, quantity: number): number {
  return exact(exact(amount) * exact(quantity));
}

function exact(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`Not a whole amount: ${amount}`);
  return amount;
}
