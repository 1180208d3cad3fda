/** What was used of an outlet's items in the hours of past days, as forecasts take it, and in which of them they were sold out. */
import { ErrorCode, requestError } from '../../../../platform/errors.js';
import type { Scope } from '../../../../platform/identity/identity.js';
import {
  addDays,
  type CalendarDay,
  dayIn,
  daysBetween,
  type Period,
  startOfDay,
} from '../../../../platform/kit/calendar.js';
import { WEEKDAYS, weekdayOf } from '../../../../platform/kit/opening-hours.js';
import type { UseDay } from '../../domain/purchasing/replenishment-demand.js';
import type { Outlet, StockItem } from '../../domain/records.js';
import { HOUR } from '../../domain/run-out.js';
import type { StockDatabase } from '../../store/database.js';
import {
  findSoldOutHours,
  findUsedHours,
  type SoldOutHour,
  type UsedHour,
} from '../../store/purchasing/replenishment.js';
import { isTooMuchToRead, withinTime } from '../../store/usage.js';

export const HISTORY_DAYS = 28;
export const HOURS_OF_DAY = 24;

export interface UseByHour {
  readonly used: readonly UsedHour[];
  readonly soldOut: readonly SoldOutHour[];
}

export async function findUseByHour(
  database: StockDatabase,
  scope: Scope,
  outlet: Outlet,
  days: Period,
): Promise<UseByHour> {
  const [used, soldOut] = await withinTime(database, () =>
    Promise.all([
      findUsedHours(database, scope, outlet, days),
      findSoldOutHours(database, scope, outlet, days),
    ]),
  ).catch((error: unknown) => {
    if (!isTooMuchToRead(error)) throw error;
    throw requestError(
      ErrorCode.OPERATION_TOO_COMPLEX,
      'More has moved in this outlet in four weeks than can be read in time',
    );
  });
  return { used, soldOut };
}

/** @returns the days on which the outlet stocked an item, oldest first. */
export function useDaysOf(
  { used: hours, soldOut }: UseByHour,
  { timeZone }: Outlet,
  from: CalendarDay,
): (item: StockItem) => UseDay[] {
  const hourOf = hoursOf(timeZone, from);
  const used = new Hours(HISTORY_DAYS);
  const out = new Hours(HISTORY_DAYS);
  const open = new Set<number>();
  for (const { stockItemId, from: begin, used: use } of hours) {
    const at = hourOf(begin);
    used.add(stockItemId, at, use);
    if (use > 0) open.add(at.day);
  }
  for (const { stockItemId, from: begin, share } of soldOut) out.add(stockItemId, hourOf(begin), share);
  return ({ id, createdAt }) => {
    const keptFrom = Math.max(0, daysBetween(from, dayIn(timeZone, createdAt)));
    const firstDay = Math.min(keptFrom, used.firstDayOf(id));
    return Array.from({ length: HISTORY_DAYS }, (_, day) => ({
      weekday: WEEKDAYS.indexOf(weekdayOf(addDays(from, day))),
      ...{ used: used.ofDay(id, day), soldOut: out.ofDay(id, day), isOpen: open.has(day) },
    })).slice(firstDay);
  };
}

interface HourOfDays {
  readonly day: number;
  readonly hour: number;
}

/** Figures of items by day and hour. */
class Hours {
  readonly #days: number;
  readonly #figures = new Map<string, number[][]>();

  constructor(days: number) {
    this.#days = days;
  }

  add(stockItemId: string, { day, hour }: HourOfDays, figure: number): void {
    const known = this.#figures.get(stockItemId) ?? this.#empty();
    this.#figures.set(stockItemId, known);
    const ofDay = known[day];
    if (ofDay !== undefined) ofDay[hour] = (ofDay[hour] ?? 0) + figure;
  }

  ofDay(stockItemId: string, day: number): readonly number[] {
    return this.#figures.get(stockItemId)?.[day] ?? [];
  }

  /** With a figure; after all of them where there is none. */
  firstDayOf(stockItemId: string): number {
    const first = this.#figures.get(stockItemId)?.findIndex((hours) => hours.some((figure) => figure !== 0));
    return first === undefined || first < 0 ? this.#days : first;
  }

  #empty(): number[][] {
    return Array.from({ length: this.#days }, () => Array.from({ length: HOURS_OF_DAY }, () => 0));
  }
}

/** The day, counted from `first`, and the hour of a moment; each moment is worked out once. */
function hoursOf(timeZone: string, first: CalendarDay): (moment: Date) => HourOfDays {
  const known = new Map<number, HourOfDays>();
  return (moment) => {
    const at = moment.getTime();
    const found = known.get(at) ?? dayAndHour(timeZone, first, moment);
    known.set(at, found);
    return found;
  };
}

function dayAndHour(timeZone: string, first: CalendarDay, moment: Date): HourOfDays {
  const day = dayIn(timeZone, moment);
  return {
    day: daysBetween(first, day),
    hour: Math.min(HOURS_OF_DAY - 1, Math.floor(hourIn(timeZone, moment))),
  };
}

/** With decimals. */
export function hourIn(timeZone: string, moment: Date): number {
  return (moment.getTime() - startOfDay(dayIn(timeZone, moment), timeZone).getTime()) / HOUR;
}
