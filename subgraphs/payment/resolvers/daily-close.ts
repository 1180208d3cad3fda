/** `DailyClose`, for staff with `finance:read`. */
import { add, rupiah } from '../../../platform/money.js';
import type { DailyCloseResolvers, DayFiguresResolvers } from '../../../schema/types/payment.js';
import type { Context } from '../context.js';
import { netOf } from '../domain/financial-report.js';
import { differenceOf, type Till } from '../domain/till.js';

export const DailyClose: DailyCloseResolvers = {
  __resolveReference: ({ id }, { loaders }) => loaders.dailyClose.load(id),
  outlet: ({ outletId }) => ({ id: outletId }),
  madeBy: ({ madeBy }) => (madeBy === null ? null : { id: madeBy }),
  async figures({ id, day }, _arguments, { loaders }) {
    const figures = (await loaders.reportedDays.load(id)).find((one) => one.day === day);
    if (figures === undefined) throw new Error(`Daily close ${id} says nothing of its day`);
    return figures;
  },
  late: async ({ id, day }, _arguments, { loaders }) =>
    (await loaders.reportedDays.load(id)).filter((one) => one.day !== day),
  cashOutsideTills: ({ cashOutsideTills }) => rupiah(cashOutsideTills),
  tills: ({ id }, _arguments, { loaders }) => tillsOf(id, loaders),
  async cashDifference({ id }, _arguments, { loaders }) {
    const tills = await tillsOf(id, loaders);
    const counts = await Promise.all(tills.map((till) => loaders.countsOfTill.load(till.id)));
    const cash = counts.flat().filter(({ method }) => method === 'CASH');
    return rupiah(add(0, ...cash.map((count) => differenceOf(count) ?? 0)));
  },
};

async function tillsOf(closeId: string, loaders: Context['loaders']): Promise<Till[]> {
  const ids = await loaders.tillIdsOfClose.load(closeId);
  const tills = await Promise.all(ids.map(({ tillId }) => loaders.till.load(tillId)));
  return tills.filter((till) => till !== null);
}

export const DayFigures: DayFiguresResolvers = {
  discounts: ({ discounts }) => rupiah(discounts),
  revenue: ({ revenue }) => rupiah(revenue),
  tips: ({ tips }) => rupiah(tips),
  fees: ({ fees }) => rupiah(fees),
  owed: ({ owed }) => rupiah(owed),
  service: ({ service }) => rupiah(service),
  tax: ({ tax }) => rupiah(tax),
  rounding: ({ rounding }) => rupiah(rounding),
  cashOutsideTills: ({ cashOutsideTills }) => rupiah(cashOutsideTills),
  captured: ({ methods }) => rupiah(add(0, ...methods.map(({ captured }) => captured))),
  refunded: ({ methods }) => rupiah(add(0, ...methods.map(({ refunded }) => refunded))),
  disputed: ({ methods }) => rupiah(add(0, ...methods.map(({ disputed }) => disputed))),
  net: ({ methods }) => rupiah(add(0, ...methods.map(netOf))),
};
