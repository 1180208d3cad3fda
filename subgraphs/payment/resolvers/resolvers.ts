import type { Resolvers, SubscriptionResolvers } from '../../../schema/types/payment.js';
import type { Payment as PaymentRecord } from '../store/records.js';
import { Dispute } from './dispute.js';
import { FinancialReport, LedgerAccountSums, PaymentMethodSums } from './financial-report.js';
import { Mutation } from './mutation.js';
import { Order, Payment, Query } from './payment.js';
import { subscribeToPayments } from './payment-status-changed.js';
import { Refund } from './refund.js';

const Subscription: SubscriptionResolvers = {
  paymentStatusChanged: {
    subscribe: (_parent, { orderId }, context) => subscribeToPayments(orderId, context),
    resolve: (payment: PaymentRecord) => ({ payment, status: payment.status, at: payment.changedAt }),
  },
};

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  Payment,
  Refund,
  Dispute,
  Order,
  FinancialReport,
  LedgerAccountSums,
  PaymentMethodSums,
};
