/** Tills as records: a cash drawer from its opening to its close. Amounts are whole rupiah. */
import { add } from '../../../platform/money.js';
import type { PaymentMethod } from './methods.js';

export interface Till {
  readonly id: string;
  readonly outletId: string;
  readonly franchiseId: string;
  readonly drawer: string;
  /** What was in it at first. */
  readonly float: number;
  readonly openedBy: string;
  readonly openedAt: Date;
  readonly closedBy: string | null;
  readonly closedAt: Date | null;
  /** What is in it, or was when it was closed: the float and all that went in and out. */
  readonly expectedCash: number;
}

export type TillMovementKind = 'PAYMENT' | 'REFUND' | 'CASH_IN' | 'CASH_OUT';

export interface TillMovement {
  readonly id: string;
  readonly tillId: string;
  readonly kind: TillMovementKind;
  /** Below zero for what went out. */
  readonly amount: number;
  readonly paymentId: string | null;
  readonly reason: string | null;
  readonly recordedBy: string | null;
  readonly recordedAt: Date;
}

export interface TillCount {
  readonly tillId: string;
  readonly method: PaymentMethod;
  readonly expected: number;
  /** Null where nobody counted it. */
  readonly counted: number | null;
}

export interface Counted {
  readonly method: PaymentMethod;
  readonly amount: number;
}

/** Counted less expected: below zero where money is missing. */
export function differenceOf({ expected, counted }: Pick<TillCount, 'expected' | 'counted'>): number | null {
  return counted === null ? null : add(counted, -expected);
}

/** A row for each method that something is expected or was counted of, cash first. */
export function countsOf(
  expected: ReadonlyMap<PaymentMethod, number>,
  counted: readonly Counted[],
): Omit<TillCount, 'tillId'>[] {
  const amounts = new Map(counted.map(({ method, amount }) => [method, amount]));
  const methods = new Set<PaymentMethod>(['CASH', ...[...expected.keys(), ...amounts.keys()].sort()]);
  return [...methods].map((method) => ({
    method,
    expected: expected.get(method) ?? 0,
    counted: amounts.get(method) ?? null,
  }));
}
