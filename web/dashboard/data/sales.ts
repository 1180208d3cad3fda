/** What a place sells today, live, beside the same weekday of the last four weeks. */
import { type Live, useLive } from '../../shared/client/live.js';
import {
  SalesChanges,
  type SalesChangesSubscription,
  SalesOfPlace,
  type SalesOfPlaceQuery,
} from '../operations.js';
import type { PaymentRow } from './payments.js';
import type { Place } from '../places/places.js';

export interface DayOfSales {
  readonly day: string;
  readonly orders: number;
  readonly revenue: number;
}

interface OutletToday extends DayOfSales {
  readonly version: number;
}

export interface Sales {
  readonly days: readonly DayOfSales[];
  readonly methods: readonly { readonly method: PaymentRow['method']; readonly net: number }[];
  /** By outlet. */
  readonly outlets: ReadonlyMap<string, OutletToday>;
}

const NONE: Sales = { days: [], methods: [], outlets: new Map() };
const WEEKS = [4, 3, 2, 1];
const REPORT_MILLISECONDS = 30_000;

export function useSales({ key, scope, timeZone }: Place): Live<Sales> {
  const today = dayOf(Date.now(), timeZone);
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

export interface Comparison {
  readonly today: DayOfSales;
  /** The same weekday of the last four weeks, oldest first; 0 where nothing was sold. */
  readonly before: readonly DayOfSales[];
  /** Mean revenue of those days that sold anything; undefined without one. */
  readonly usual: number | undefined;
}

export function compare({ days, outlets }: Sales, today: string): Comparison {
  const reported = (day: string) => days.find((row) => row.day === day) ?? { day, orders: 0, revenue: 0 };
  const live = [...outlets.values()].filter(({ day }) => day === today);
  const before = WEEKS.map((weeks) => reported(addDays(today, -7 * weeks)));
  const sold = before.filter(({ orders }) => orders > 0);
  return {
    today:
      live.length === 0
        ? reported(today)
        : live.reduce(
            (sum, { orders, revenue }) => ({
              ...{ day: today, orders: sum.orders + orders, revenue: sum.revenue + revenue },
            }),
            { day: today, orders: 0, revenue: 0 },
          ),
    before,
    usual:
      sold.length === 0
        ? undefined
        : Math.round(sold.reduce((sum, { revenue }) => sum + revenue, 0) / sold.length),
  };
}

/** Such as 2026-11-30. */
export function dayOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(at);
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
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
