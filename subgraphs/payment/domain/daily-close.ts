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

/** What a close reports of a day. */
export interface DayFigures extends SalesOfDay, Pick<LedgerSums, 'tips' | 'fees' | 'owed'> {
  readonly day: CalendarDay;
  readonly methods: readonly MethodSums[];
}

export const NO_SALES: SalesOfDay = { orders: 0, units: 0, discounts: 0, revenue: 0 };

export function figuresOfDay(day: CalendarDay, sales: SalesOfDay, ledger: LedgerSums): DayFigures {
  const { tips, fees, owed, methods } = ledger;
  return { day, ...sales, tips, fees, owed, methods };
}

/** Of a day of which nothing was reported. */
export function noFigures(day: CalendarDay): DayFigures {
  return { day, ...NO_SALES, tips: 0, fees: 0, owed: 0, methods: [] };
}

/** What the day's figures are more than what was reported of it; null where they agree. */
export function lateFigures(current: DayFigures, before: DayFigures): DayFigures | null {
  const less = (figure: keyof SalesOfDay | 'tips' | 'fees' | 'owed') => add(current[figure], -before[figure]);
  const methods = lateMethods(current.methods, before.methods);
  const late = {
    ...{ day: current.day, orders: less('orders'), units: less('units'), discounts: less('discounts') },
    ...{ revenue: less('revenue'), tips: less('tips'), fees: less('fees'), owed: less('owed'), methods },
  };
  const { day: _, methods: __, ...figures } = late;
  return methods.length === 0 && Object.values(figures).every((figure) => figure === 0) ? null : late;
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
