/** What a place sells today, live, beside the same weekday of the last four weeks. */
import { type Live, useLive } from '../../shared/client/live.js';
import { calendarDay } from '../../shared/text/intl-formats.js';
import {
  SalesChanges,
  type SalesChangesSubscription,
  SalesOfPlace,
  type SalesOfPlaceQuery,
} from '../operations.js';
import type { Place } from '../places/places.js';
import { addDays, type Sales } from '../sales/comparison.js';
import type { PaymentRow } from './payments.js';

const NONE: Sales = { days: undefined, methods: [], outlets: new Map() };
const REPORT_MILLISECONDS = 30_000;

export function useSales({ key, scope, timeZone }: Place): Live<Sales> {
  const today = calendarDay(Date.now(), timeZone);
  return useLive(`${key} ${today}`, {
    snapshot: {
      document: SalesOfPlace,
      variables: { scope, from: addDays(today, -28), to: today },
      read: ({ salesReport, financialReport }: SalesOfPlaceQuery, before: Sales | undefined): Sales => ({
        ...(before ?? NONE),
        days: (salesReport?.rows ?? []).map((row) => ({
          ...{ day: row.key, orders: row.orders, revenue: row.revenue.amount },
        })),
        methods: methodsOf(financialReport?.methods ?? []),
      }),
      everyMilliseconds: REPORT_MILLISECONDS,
    },
    stream: {
      document: SalesChanges,
      variables: { scope },
      apply: (before: Sales = NONE, { salesChanged }: SalesChangesSubscription): Sales => {
        const { outlet, version, day, orders, revenue } = salesChanged;
        if (outlet === null || (before.outlets.get(outlet.id)?.version ?? -1) > version) return before;
        const figures = { version, day, orders, revenue: revenue.amount };
        return { ...before, outlets: new Map(before.outlets).set(outlet.id, figures) };
      },
    },
  });
}

type MethodSum = NonNullable<SalesOfPlaceQuery['financialReport']>['methods'][number];

/** A method may be taken by several providers. */
function methodsOf(rows: readonly MethodSum[]): Sales['methods'] {
  const sums = new Map<PaymentRow['method'], number>();
  for (const { method, net } of rows) sums.set(method, (sums.get(method) ?? 0) + net.amount);
  return [...sums]
    .map(([method, net]) => ({ method, net }))
    .filter(({ net }) => net !== 0)
    .sort((one, other) => other.net - one.net);
}
