/** Reads the latest forecast of an outlet, or of an item there, from today on. */
import { ErrorCode, requestError } from '../../../platform/errors.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { addDays, daysBetween, momentAt, startOfDay, todayIn } from '../../../platform/kit/calendar.js';
import type { Context } from '../context.js';
import { MOST_DAYS } from '../domain/forecast/choose-model.js';
import { HOURS } from '../domain/forecast/hours.js';
import { intervalOf } from '../domain/forecast/interval.js';
import { findForecast, type StoredForecast, WHOLE_OUTLET } from '../store/forecasts.js';
import { findOutletWithin } from './outlets.js';
import { makeFirstForecasts } from './renew-forecasts.js';

export interface ForecastRequest {
  readonly outletId: string;
  /** Null for the whole outlet. */
  readonly menuItemId: string | null;
  readonly days: number;
  readonly by: 'DAY' | 'HOUR';
}

export interface ForecastRow {
  readonly at: Date;
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}

export interface ReadForecast extends Pick<StoredForecast, 'outletId' | 'model' | 'madeAt'> {
  readonly menuItemId: string | null;
  readonly error: StoredForecast['accuracy'];
  readonly rows: readonly ForecastRow[];
}

/**
 * @returns null where too few days are known of what was asked for.
 * @throws NOT_FOUND for an outlet whose sales are not the caller's, BAD_USER_INPUT for fewer than one day or more than 28.
 */
export async function readForecast(context: Context, request: ForecastRequest): Promise<ReadForecast | null> {
  const { outletId, menuItemId, days, by } = request;
  if (days < 1 || days > MOST_DAYS) {
    throw requestError(ErrorCode.BAD_USER_INPUT, `A forecast is of 1 to ${MOST_DAYS} days`);
  }
  const outlet = await findOutletWithin(context, 'sales:read', outletId);
  const scope = scopeFor(context.identity, 'sales:read');
  const stored = () => findForecast(context.database, scope, outlet.id, menuItemId ?? WHOLE_OUTLET);
  let forecast = await stored();
  if (forecast === null) {
    await makeFirstForecasts(context.ownDatabase, outlet);
    forecast = await stored();
  }
  if (forecast === null) return null;
  // Made for a day that has passed, where the outlet's night's work is due.
  const passed = Math.max(0, daysBetween(forecast.fromDay, todayIn(outlet.timeZone)));
  const offsets = Array.from({ length: days }, (_, ahead) => passed + ahead).filter((one) => one < MOST_DAYS);
  const { model, madeAt, accuracy, hourAccuracy } = forecast;
  return {
    ...{ outletId: outlet.id, menuItemId, model, madeAt },
    error: by === 'DAY' ? accuracy : hourAccuracy,
    rows: offsets.flatMap((offset) =>
      by === 'DAY'
        ? [dayRow(forecast, offset, outlet.timeZone)]
        : hourRows(forecast, offset, outlet.timeZone),
    ),
  };
}

function dayRow(forecast: StoredForecast, offset: number, timeZone: string): ForecastRow {
  return {
    at: startOfDay(addDays(forecast.fromDay, offset), timeZone),
    expected: forecast.expected[offset] ?? 0,
    lower: forecast.lower[offset] ?? 0,
    upper: forecast.upper[offset] ?? 0,
  };
}

/** Hours in which nothing is ever sold are left out. */
function hourRows(forecast: StoredForecast, offset: number, timeZone: string): ForecastRow[] {
  const day = addDays(forecast.fromDay, offset);
  const widths = { below: forecast.hourBelow, above: forecast.hourAbove };
  return Array.from({ length: HOURS }, (_, hour) => hour).flatMap((hour) => {
    const expected = (forecast.expected[offset] ?? 0) * (forecast.hourShares[offset * HOURS + hour] ?? 0);
    if (expected === 0) return [];
    return [{ at: momentAt(day, hour * 60, timeZone), expected, ...intervalOf(expected, 1, widths) }];
  });
}
