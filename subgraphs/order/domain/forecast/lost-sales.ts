/**
 * What was not sold of an item while it was sold out: in each such hour what the same hour of the same weekday sold in the eight weeks before while the item was there,
 * times the share of the hour in which it was not.
 */
import { HOURS } from './hours.js';
import { WEEK } from './model.js';

export const BASIS_WEEKS = 8;

/** An item's day at an outlet. */
export interface DemandOfDay {
  readonly units: readonly number[];
  readonly soldOutMinutes: readonly number[];
}

export interface LostDay {
  readonly soldOutMinutes: number;
  /** Of these minutes those of hours in which it usually sells. */
  readonly units: number;
}

/** @param dayAt an item's day, days apart from the one asked for; null where the outlet was closed, or before it was known. */
export function lostOn(dayAt: (daysBefore: number) => DemandOfDay | null): LostDay {
  const day = dayAt(0);
  if (day === null) return { soldOutMinutes: 0, units: 0 };
  let [units, minutes] = [0, 0];
  for (let hour = 0; hour < HOURS; hour += 1) {
    const gone = day.soldOutMinutes[hour] ?? 0;
    if (gone === 0) continue;
    const lost = (usualAt(dayAt, hour) * gone) / 60;
    if (lost === 0) continue;
    units += lost;
    minutes += gone;
  }
  return { soldOutMinutes: minutes, units };
}

/** Of a whole hour. */
function usualAt(dayAt: (daysBefore: number) => DemandOfDay | null, hour: number): number {
  let [sold, open] = [0, 0];
  for (let week = 1; week <= BASIS_WEEKS; week += 1) {
    const day = dayAt(week * WEEK);
    if (day === null) continue;
    sold += day.units[hour] ?? 0;
    open += 1 - (day.soldOutMinutes[hour] ?? 0) / 60;
  }
  return open <= 0 ? 0 : sold / open;
}
