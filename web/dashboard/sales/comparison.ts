/** Today's figures beside those of the same weekday of the last four weeks. */
import type { PaymentRow } from '../data/payments.js';

export interface DayOfSales {
  readonly day: string;
  readonly orders: number;
  readonly revenue: number;
}

interface OutletToday extends DayOfSales {
  readonly version: number;
}

export interface Sales {
  /** Undefined until the report was read: then a day that it lacks is a day without sales. */
  readonly days: readonly DayOfSales[] | undefined;
  readonly methods: readonly { readonly method: PaymentRow['method']; readonly net: number }[];
  /** By outlet. */
  readonly outlets: ReadonlyMap<string, OutletToday>;
}

export type ReportedSales = Sales & { readonly days: readonly DayOfSales[] };

export function isReported(sales: Sales): sales is ReportedSales {
  return sales.days !== undefined;
}

const WEEKS = [4, 3, 2, 1];

export interface Comparison {
  readonly today: DayOfSales;
  /** The same weekday of the last four weeks, oldest first; 0 where nothing was sold. */
  readonly before: readonly DayOfSales[];
  /** Mean revenue of those days that sold anything; undefined without one. */
  readonly usual: number | undefined;
}

export function compare({ days, outlets }: ReportedSales, today: string): Comparison {
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

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
