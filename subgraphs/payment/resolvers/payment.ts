import { notFound } from '../../../platform/errors.js';
import { rupiah } from '../../../platform/money.js';
import type { OrderResolvers, PaymentResolvers, QueryResolvers } from '../../../schema/types/payment.js';

import { disputes } from './dispute.js';
import { financialReport } from './financial-report.js';

export const Query: QueryResolvers = {
  async payment(_parent, { id }, { loaders }) {
    const payment = await loaders.payment.load(id);
    if (payment === null) throw notFound('Payment');
    return payment;
  },
  financialReport,
};

export const Payment: PaymentResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.payment.load(id),
  order: ({ orderId }) => ({ id: orderId }),
  amount: ({ amount }) => rupiah(amount),
  refunded: ({ refunded }) => rupiah(refunded),
  action: ({ status, redirectUrl, qrCode }) =>
    status === 'PENDING' && (redirectUrl !== null || qrCode !== null) ? { redirectUrl, qrCode } : null,
  disputed: ({ disputesHeld }) => rupiah(disputesHeld),
  disputes,
  refunds: ({ id }, _arguments, { loaders }) => loaders.refundsOf.load(id),
};

export const Order: OrderResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  payment: ({ id }, _arguments, { loaders }) => loaders.paymentOfOrder.load(id),
};
