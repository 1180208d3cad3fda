/** The latest forecasts of outlets and their items. */
import type { Scope } from '../../../platform/identity/identity.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { Accuracy } from '../domain/forecast/accuracy.js';
import type { Forecast } from '../domain/forecast/forecast-outlet.js';
import type { ModelName } from '../domain/forecast/model.js';
import type { OrderDatabase, OwnOrderDatabase } from './database.js';
import type { OutletRecord } from './menu-read-model.js';

/** Stands for the whole outlet. */
export const WHOLE_OUTLET = '00000000-0000-0000-0000-000000000000';

export interface StoredForecast {
  readonly outletId: string;
  readonly menuItemId: string;
  readonly madeAt: Date;
  readonly fromDay: CalendarDay;
  readonly model: ModelName;
  readonly expected: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
  readonly accuracy: Accuracy | null;
  readonly hourShares: readonly number[];
  readonly hourBelow: number;
  readonly hourAbove: number;
  readonly hourAccuracy: Accuracy | null;
}

/** In place of all that the outlet had. @param forecasts by item, or by `WHOLE_OUTLET`. */
export async function replaceForecasts(
  { prisma }: OwnOrderDatabase,
  outlet: Pick<OutletRecord, 'id' | 'franchiseId'>,
  fromDay: CalendarDay,
  forecasts: ReadonlyMap<string, Forecast>,
): Promise<void> {
  const rows = [...forecasts].map(([menuItemId, { hours, ...forecast }]) => ({
    ...{ outletId: outlet.id, franchiseId: outlet.franchiseId, menuItemId, madeAt: new Date() },
    ...{ fromDay: new Date(`${fromDay}T00:00:00Z`), model: forecast.model },
    ...{ expected: [...forecast.expected], lower: [...forecast.lower], upper: [...forecast.upper] },
    ...{ hourShares: [...hours.shares], hourBelow: hours.widths.below, hourAbove: hours.widths.above },
    ...(forecast.accuracy !== null && { accuracy: { ...forecast.accuracy } }),
    ...(hours.accuracy !== null && { hourAccuracy: { ...hours.accuracy } }),
  }));
  await prisma.$transaction([
    // First: it locks the outlet's row, so that of two that replace at once the second replaces what the first has written.
    prisma.demandState.update({
      where: { outletId: outlet.id },
      data: { forecastFrom: new Date(`${fromDay}T00:00:00Z`) },
    }),
    prisma.salesForecast.deleteMany({ where: { outletId: outlet.id } }),
    prisma.salesForecast.createMany({ data: rows }),
  ]);
}

export async function findForecast(
  { prisma }: OrderDatabase,
  scope: Scope,
  outletId: string,
  menuItemId: string,
): Promise<StoredForecast | null> {
  const covered = coveredSql(scope, { after: 2 });
  const [row] = await prisma.$queryRawUnsafe<StoredForecast[]>(
    `SELECT outlet_id AS "outletId", menu_item_id AS "menuItemId", made_at AS "madeAt", from_day::text AS "fromDay", model, expected, lower, upper,
       accuracy, hour_shares AS "hourShares", hour_below AS "hourBelow", hour_above AS "hourAbove", hour_accuracy AS "hourAccuracy"
     FROM sales_forecast WHERE outlet_id = $1::uuid AND menu_item_id = $2::uuid AND ${covered.condition}`,
    ...[outletId, menuItemId, ...covered.values],
  );
  return row ?? null;
}
