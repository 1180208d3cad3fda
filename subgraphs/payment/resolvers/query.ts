/** `Query`. */
import { notFound } from '../../../platform/errors.js';
import { idPageOf } from '../../../platform/kit/paging.js';
import { placeOf } from '../../../platform/kit/requested-place.js';
import type { QueryResolvers } from '../../../schema/types/payment.js';
import { listDailyCloses, readDailyClose } from '../operations/daily-close.js';
import { listSettlementDifferences, listSettlements } from '../operations/import-settlement.js';
import { listDisputes, listPayments, listReceipts } from '../operations/list-payments.js';
import { readReceipt } from '../operations/read-receipt.js';
import { reportFinances } from '../operations/report-finances.js';
import { findTill, listTills } from '../operations/tills.js';

export const Query: QueryResolvers = {
  async payment(_parent, { id }, { loaders }) {
    const payment = await loaders.payment.load(id);
    if (payment === null) throw notFound('Payment');
    return payment;
  },
  receipt: (_parent, { orderId }, context) => readReceipt(context, orderId),
  receipts: (_parent, { scope, from, to, ...page }, context) =>
    listReceipts(context, { ...placeOf(scope), from: from ?? null, to: to ?? null }, idPageOf(page)),
  payments: (_parent, { scope, status, method, from, to, ...page }, context) =>
    listPayments(
      context,
      {
        ...placeOf(scope),
        statuses: status == null ? null : [...status],
        methods: method == null ? null : [...method],
        from: from ?? null,
        to: to ?? null,
      },
      idPageOf(page),
    ),
  disputes: (_parent, { scope, status, ...page }, context) =>
    listDisputes(
      context,
      { ...placeOf(scope), statuses: status == null ? null : [...status] },
      idPageOf(page),
    ),
  settlements: (_parent, { provider, ...page }, context) =>
    listSettlements(context, provider ?? null, idPageOf(page)),
  settlementDifferences: (_parent, { scope, provider, from, to, ...page }, context) =>
    listSettlementDifferences(context, { ...placeOf(scope), provider, from, to }, idPageOf(page)),
  till: (_parent, { id }, context) => findTill(context, id),
  tills: (_parent, { scope, isOpen, ...page }, context) =>
    listTills(context, { ...placeOf(scope), isOpen: isOpen ?? null }, idPageOf(page)),
  dailyClose: (_parent, { outletId, day }, context) => readDailyClose(context, outletId, day),
  dailyCloses: (_parent, { scope, from, to, ...page }, context) =>
    listDailyCloses(context, { ...placeOf(scope), from: from ?? null, to: to ?? null }, idPageOf(page)),
  financialReport: (_parent, { scope, from, to, asOf }, context) =>
    reportFinances(context, { from, to, asOf: asOf ?? null, ...placeOf(scope) }),
};
