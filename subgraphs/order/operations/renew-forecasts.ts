/**
 * Counts an outlet's demand up to its yesterday and renews its forecasts, once a day, from two in the morning on, when what was ordered before midnight is paid
 * or cancelled. Between any two series other work has its turn.
 */
import { setImmediate as otherWork } from 'node:timers/promises';
import { addDays, type CalendarDay, dayIn, daysBetween } from '../../../platform/kit/calendar.js';
import { kindsFrom } from '../domain/forecast/calendar.js';
import { MOST_DAYS } from '../domain/forecast/choose-model.js';
import { type Forecast, forecastsOf } from '../domain/forecast/forecast-outlet.js';
import { HOURS, type HourlySales } from '../domain/forecast/hours.js';
import { findCalendarDays } from '../store/calendar-days.js';
import type { OwnOrderDatabase } from '../store/database.js';
import { countDemand, findDemand, findDemandState, findFirstOrderDay } from '../store/demand.js';
import { replaceForecasts, WHOLE_OUTLET } from '../store/forecasts.js';
import type { OutletRecord } from '../store/menu-read-model.js';

const AFTER_MIDNIGHT_MILLISECONDS = 2 * 3_600_000;
const MOST_HISTORY_DAYS = 730;
const DAYS_A_TURN = 28;
const FIRST_FORECASTS_MILLISECONDS = 3_000;

type Outlet = Pick<OutletRecord, 'id' | 'franchiseId' | 'timeZone'>;

/** @returns whether there was anything to do; if so, there may be more. */
export async function renewForecasts(
  database: OwnOrderDatabase,
  outlet: Outlet,
  now: Date,
): Promise<boolean> {
  const today = dayIn(outlet.timeZone, new Date(now.getTime() - AFTER_MIDNIGHT_MILLISECONDS));
  const yesterday = addDays(today, -1);
  const state = await findDemandState(database, outlet.id);
  const from = state === null ? await firstDay(database, outlet, today) : addDays(state.countedUntil, 1);
  if (from !== null && from <= yesterday) {
    const [last = yesterday] = [addDays(from, DAYS_A_TURN - 1), yesterday].toSorted();
    await countDemand(database, outlet, from, last);
    return true;
  }
  if (state === null || (state.forecastFrom !== null && state.forecastFrom >= today)) return false;
  await replaceForecasts(database, outlet, today, await makeForecasts(database, outlet.id, today));
  return true;
}

/** For who asks before the night's first work: what can be made within a moment. */
export async function makeFirstForecasts(database: OwnOrderDatabase, outlet: Outlet): Promise<void> {
  const limit = Date.now() + FIRST_FORECASTS_MILLISECONDS;
  while (Date.now() < limit && (await renewForecasts(database, outlet, new Date())));
}

async function firstDay(
  database: OwnOrderDatabase,
  outlet: Outlet,
  today: CalendarDay,
): Promise<CalendarDay | null> {
  const first = await findFirstOrderDay(database, outlet);
  const earliest = addDays(today, -MOST_HISTORY_DAYS);
  return first !== null && first < earliest ? earliest : first;
}

async function makeForecasts(
  database: OwnOrderDatabase,
  outletId: string,
  today: CalendarDay,
): Promise<Map<string, Forecast>> {
  const rows = await findDemand(database, outletId, addDays(today, -MOST_HISTORY_DAYS));
  const [first = today] = rows.map(({ day }) => day).toSorted();
  const days = daysBetween(first, today);
  const items = new Map<string, HourlySales & { soldOutMinutes: Uint8Array }>();
  for (const { day, menuItemId, units, soldOutMinutes } of rows) {
    if (day >= today) continue;
    const sales = items.get(menuItemId) ?? {
      units: new Float64Array(days * HOURS),
      soldOutMinutes: new Uint8Array(days * HOURS),
    };
    items.set(menuItemId, sales);
    sales.units.set(units, daysBetween(first, day) * HOURS);
    sales.soldOutMinutes.set(soldOutMinutes, daysBetween(first, day) * HOURS);
  }
  const last = addDays(today, MOST_DAYS - 1);
  const kinds = kindsFrom(first, last, await findCalendarDays(database, first, last)).map(({ kind }) => kind);
  const forecasts = new Map<string, Forecast>();
  for (const [item, forecast] of forecastsOf({ items, kinds })) {
    if (forecast !== null) forecasts.set(item ?? WHOLE_OUTLET, forecast);
    await otherWork();
  }
  return forecasts;
}
