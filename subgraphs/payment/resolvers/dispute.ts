import { notFound } from '../../../platform/errors.js';
import { covers } from '../../../platform/identity/identity.js';
import { rupiah } from '../../../platform/money.js';
import type { DisputeResolvers, PaymentResolvers } from '../../../schema/types/payment.js';

export const Dispute: DisputeResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.dispute.load(id),
  async payment({ paymentId }, _arguments, { loaders }) {
    const payment = await loaders.payment.load(paymentId);
    if (payment === null) throw notFound('Payment');
    return payment;
  },
  amount: ({ amount }) => rupiah(amount),
};

/** One's own payment is not enough: what was said to the bank is the outlet's. */
export const disputes: Required<PaymentResolvers>['disputes'] = (
  payment,
  _arguments,
  { reading, loaders },
) => {
  if (!covers(reading, payment)) throw notFound('Disputes');
  return loaders.disputesOf.load(payment.id);
};
