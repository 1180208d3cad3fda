/** `Subscription` and its events. */
import { placeOf } from '../../../platform/kit/requested-place.js';
import type { PaymentChangeResolvers, SubscriptionResolvers } from '../../../schema/types/payment.js';
import type { Payment } from '../domain/records.js';
import { watchPayments } from '../operations/watch-payments.js';
import { type PaymentChange as Change, watchPlacePayments } from '../operations/watch-place-payments.js';

export const Subscription: SubscriptionResolvers = {
  paymentStatusChanged: {
    subscribe: (_parent, { orderId }, context) => watchPayments(context, orderId),
    resolve: (payment: Payment) => ({ payment, status: payment.status, at: payment.changedAt }),
  },
  paymentsChanged: {
    subscribe: (_parent, { scope, after }, context) =>
      watchPlacePayments(context, placeOf(scope), after ?? null),
    resolve: (change: Change) => change,
  },
};

export const PaymentChange: PaymentChangeResolvers = {
  version: ({ liveVersion }) => liveVersion,
  at: ({ liveAt }) => liveAt,
};
