/** `Query`. */
import { notFound } from '../../../platform/errors.js';
import type { QueryResolvers } from '../../../schema/types/payment.js';
import { reportFinances } from '../operations/report-finances.js';

export const Query: QueryResolvers = {
  async payment(_parent, { id }, { loaders }) {
    const payment = await loaders.payment.load(id);
    if (payment === null) throw notFound('Payment');
    return payment;
  },
  financialReport: (_parent, { scope, from, to }, context) =>
    reportFinances(context, {
      from,
      to,
      outletId: scope?.outletId ?? null,
      franchiseId: scope?.franchiseId ?? null,
    }),
};
