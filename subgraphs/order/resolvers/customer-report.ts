/** `CustomerReport` and what it is made of: each part is read when it is asked for. */
import { rupiah } from '../../../platform/money.js';
import type {
  BasketResolvers,
  CohortMonthResolvers,
  CustomerReportResolvers,
  CustomerSegmentResolvers,
  CustomerValueResolvers,
} from '../../../schema/types/order.js';
import { readBaskets, readCohorts, readSegments, readValue } from '../operations/report-customers.js';

export const CustomerReport: CustomerReportResolvers = {
  ageSeconds: ({ asOf }) => (asOf === null ? null : (Date.now() - asOf.getTime()) / 1_000),
  segments: (report, _args, context) => readSegments(context, report),
  cohorts: (report, _args, context) => readCohorts(context, report),
  value: (report, { days }, context) => readValue(context, report, days),
  baskets: (report, { first }, context) => readBaskets(context, report, first),
};

export const CustomerValue: CustomerValueResolvers = {
  ageSeconds: ({ madeAt }) => Math.max(0, Math.round((Date.now() - madeAt.getTime()) / 1_000)),
  revenue: ({ revenue }) => rupiah(revenue),
  visitModel: ({ model }) => model.visits,
  spendingModel: ({ model }) => model.spending,
};

export const CustomerSegment: CustomerSegmentResolvers = {
  revenue: ({ revenue }) => rupiah(revenue),
};

export const CohortMonth: CohortMonthResolvers = {
  revenue: ({ revenue }) => (revenue === null ? null : rupiah(revenue)),
};

export const Basket: BasketResolvers = {
  menuItem: ({ taken }) => ({ id: taken }),
  goesWith: ({ goesWith }) => ({ id: goesWith }),
};
