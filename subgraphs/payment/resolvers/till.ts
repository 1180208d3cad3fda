/** `Till`, its movements and counts, for staff of its outlet. */
import { idPageOf } from '../../../platform/kit/paging.js';
import { rupiah } from '../../../platform/money.js';
import type {
  TillCountResolvers,
  TillMovementResolvers,
  TillResolvers,
} from '../../../schema/types/payment.js';
import { differenceOf } from '../domain/till.js';
import { findTillMovementPage } from '../store/tills.js';

export const Till: TillResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.till.load(id),
  outlet: ({ outletId }) => ({ id: outletId }),
  float: ({ float }) => rupiah(float),
  openedBy: ({ openedBy }) => ({ id: openedBy }),
  closedBy: ({ closedBy }) => (closedBy === null ? null : { id: closedBy }),
  expectedCash: ({ expectedCash }) => rupiah(expectedCash),
  counts: ({ id }, _arguments, { loaders }) => loaders.countsOfTill.load(id),
  movements: ({ id }, page, { database }) => findTillMovementPage(database, id, idPageOf(page)),
};

export const TillCount: TillCountResolvers = {
  expected: ({ expected }) => rupiah(expected),
  counted: ({ counted }) => (counted === null ? null : rupiah(counted)),
  difference(count) {
    const difference = differenceOf(count);
    return difference === null ? null : rupiah(difference);
  },
};

export const TillMovement: TillMovementResolvers = {
  amount: ({ amount }) => rupiah(amount),
  payment: ({ paymentId }, _arguments, { loaders }) =>
    paymentId === null ? null : loaders.payment.load(paymentId),
  recordedBy: ({ recordedBy }) => (recordedBy === null ? null : { id: recordedBy }),
};
