import { notFound } from '../../../platform/errors.js';
import { rupiah } from '../../../platform/money.js';
import type { DisputeResolvers } from '../../../schema/types/payment.js';

export const Dispute: DisputeResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.dispute.load(id),
  async payment({ paymentId }, _arguments, { loaders }) {
    const payment = await loaders.payment.load(paymentId);
    if (payment === null) throw notFound('Payment');
    return payment;
  },
  amount: ({ amount }) => rupiah(amount),
};
