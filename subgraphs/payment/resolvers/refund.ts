import { rupiah } from '../../../platform/money.js';
import type { RefundResolvers } from '../../../schema/types/payment.js';

export const Refund: RefundResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.refund.load(id),
  amount: ({ amount }) => rupiah(amount),
};
