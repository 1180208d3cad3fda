/** `Subscription`. */
import type { SubscriptionResolvers } from '../../../schema/types/payment.js';
import type { Payment } from '../domain/records.js';
import { watchPayments } from '../operations/watch-payments.js';

export const Subscription: SubscriptionResolvers = {
  paymentStatusChanged: {
    subscribe: (_parent, { orderId }, context) => watchPayments(context, orderId),
    resolve: (payment: Payment) => ({ payment, status: payment.status, at: payment.changedAt }),
  },
};
