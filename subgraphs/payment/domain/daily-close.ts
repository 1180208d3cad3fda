/** The close of an outlet's day: its figures, and those of earlier days that differ from what their closes reported. */
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { add } from '../../../platform/money.js';
import { type LedgerSums, type MethodSums, netOf } from './financial-report.js';

export interface DailyClose {
  readonly id: string;
  readonly outletId: string;
  readonly franchiseId: string;
  readonly day: CalendarDay;
  readonly number: number;
  readonly cashOutsideTills: number;
  /** Null where the day was closed by the clock. */
  readonly madeBy: string | null;
  readonly madeAt: Date;
}

export interface SalesOfDay {
  readonly orders: number;
  readonly units: number;
  /** What promotions and rewards took off. */
  readonly discounts: number;
  readonly revenue: number;
}

export interface MoneyOfDay
  extends Pick<LedgerSums, 'tips' | 'fees' | 'owed' | 'service' | 'tax' | 'rounding' | 'methods'> {
  /** Cash that went into no till, less what came out of none. */
  readonly cashOutsideTills: number;
}

/** What a close reports of a day. */
export interface DayFigures extends SalesOfDay, MoneyOfDay {
  readonly day: CalendarDay;
}

export const NO_SALES: SalesOfDay = { orders: 0, units: 0, discounts: 0, revenue: 0 };

const NO_MONEY: MoneyOfDay = {
  ...{ tips: 0, fees: 0, owed: 0, service: 0, tax: 0, rounding: 0 },
  ...{ cashOutsideTills: 0, methods: [] },
};

/** Of a day of which nothing was reported. */
export function noFigures(day: CalendarDay): DayFigures {
  return { day, ...NO_SALES, ...NO_MONEY };
}

/** What the day's figures are more than what was reported of it; null where they agree. */
export function lateFigures(current: DayFigures, before: DayFigures): DayFigures | null {
  const less = (figure: Exclude<keyof DayFigures, 'day' | 'methods'>) =>
    add(current[figure], -before[figure]);
  const methods = lateMethods(current.methods, before.methods);
  const late = {
    ...{
      orders: less('orders'),
      units: less('units'),
      discounts: less('discounts'),
      revenue: less('revenue'),
    },
    ...{ tips: less('tips'), fees: less('fees'), owed: less('owed'), service: less('service') },
    ...{ tax: less('tax'), rounding: less('rounding'), cashOutsideTills: less('cashOutsideTills') },
  };
  const isNothing = methods.length === 0 && Object.values(late).every((figure) => figure === 0);
  return isNothing ? null : { day: current.day, ...late, methods };
}

function lateMethods(current: readonly MethodSums[], before: readonly MethodSums[]): MethodSums[] {
  const keyOf = ({ method, provider }: MethodSums) => `${method} ${provider}`;
  const reported = new Map(before.map((sums) => [keyOf(sums), sums]));
  const gone = before.filter((sums) => !current.some((one) => keyOf(one) === keyOf(sums)));
  const all = [...current, ...gone.map(({ method, provider }) => ({ method, provider, ...NOTHING }))];
  return all.flatMap((sums) => {
    const known = reported.get(keyOf(sums)) ?? NOTHING;
    const captured = add(sums.captured, -known.captured);
    const refunded = add(sums.refunded, -known.refunded);
    const disputed = add(sums.disputed, -known.disputed);
    if (captured === 0 && refunded === 0 && disputed === 0) return [];
    const { method, provider } = sums;
    return [{ method, provider, captured, refunded, disputed, net: netOf({ captured, refunded, disputed }) }];
  });
}

const NOTHING = { captured: 0, refunded: 0, disputed: 0, net: 0 };
