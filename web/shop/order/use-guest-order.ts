/** An order as its guest sees it, live. */
import { type Live, useLive } from '../../shared/client/live.js';
import {
  GuestOrderById,
  type GuestOrderByIdQuery,
  GuestOrderChanged,
  type GuestOrderChangedSubscription,
  type GuestOrderFragment,
  GuestPaymentChanged,
  type GuestPaymentChangedSubscription,
  type GuestPaymentFragment,
} from '../operations.js';

export function useGuestOrder(orderId: string | undefined): Live<GuestOrderFragment | null> {
  const variables = { orderId: orderId ?? '' };
  return useLive(orderId, {
    snapshot: {
      document: GuestOrderById,
      variables,
      read: ({ order }: GuestOrderByIdQuery, before: GuestOrderFragment | null | undefined) =>
        order ?? before ?? null,
    },
    stream: {
      document: GuestOrderChanged,
      variables,
      apply: (
        _: GuestOrderFragment | null | undefined,
        { orderStatusChanged }: GuestOrderChangedSubscription,
      ): GuestOrderFragment | null => orderStatusChanged.order,
    },
  });
}

/** @param orderId undefined: nothing is followed. */
export function useGuestPayment(orderId: string | undefined): GuestPaymentFragment | undefined {
  return useLive(orderId, {
    stream: {
      document: GuestPaymentChanged,
      variables: { orderId: orderId ?? '' },
      apply: (
        _: GuestPaymentFragment | undefined,
        { paymentStatusChanged }: GuestPaymentChangedSubscription,
      ) => paymentStatusChanged.payment,
    },
  }).value;
}
