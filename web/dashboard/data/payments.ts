/** A place's newest payments, live. */
import { type Live, useLive } from '../../shared/client/live.js';
import {
  PaymentChanges,
  type PaymentChangesSubscription,
  type PaymentRowFragment,
  PaymentsOfPlace,
  type PaymentsOfPlaceQuery,
} from '../operations.js';
import type { Place } from '../places/places.js';

export type PaymentRow = PaymentRowFragment;
export type Payments = ReadonlyMap<string, PaymentRow>;

export function usePayments({ key, scope }: Place): Live<Payments> {
  return useLive(key, {
    snapshot: {
      document: PaymentsOfPlace,
      variables: { scope },
      read: ({ payments }: PaymentsOfPlaceQuery, before: Payments | undefined) =>
        (payments?.nodes ?? []).reduce(withPayment, before ?? new Map()),
    },
    stream: {
      document: PaymentChanges,
      variables: { scope },
      apply: (before: Payments | undefined, { paymentsChanged }: PaymentChangesSubscription) =>
        withPayment(before ?? new Map(), paymentsChanged.payment),
    },
  });
}

const ORDER_OF_STATUS = ['PENDING', 'FAILED', 'PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'];

/** A payment only ever goes on: of two readings the one that is further stands, whichever came first. */
function withPayment(payments: Payments, row: PaymentRow): Payments {
  const known = payments.get(row.id);
  return known !== undefined && progress(known) > progress(row)
    ? payments
    : new Map(payments).set(row.id, row);
}

function progress({ status, refunds }: PaymentRow): number {
  const settled = refunds.filter((refund) => refund.status !== 'PENDING').length;
  return ORDER_OF_STATUS.indexOf(status) * 1_000_000 + refunds.length * 1_000 + settled;
}

export function newestPayments(payments: Payments): PaymentRow[] {
  return [...payments.values()].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}
