/**
 * Demand by outlet, day, item and hour: what orders that were paid for had in them, by when they were placed, and how long each item was sold out. A day is counted once, from the
 * orders in use: what was archived before is left out.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import { addDays, type CalendarDay, endOfDay, startOfDay } from '../../../platform/kit/calendar.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import { HOURS } from '../domain/forecast/hours.js';
import type { DemandOfDay } from '../domain/forecast/lost-sales.js';
import { soldOutMinutes } from '../domain/forecast/sold-out.js';
import type { OrderDatabase, OwnOrderDatabase } from './database.js';
import type { OutletRecord } from './menu-read-model.js';
import { findSoldOutSpans } from './sold-out-changes.js';

export interface DemandState {
  readonly countedUntil: CalendarDay;
  /** Null before the first forecast. */
  readonly forecastFrom: CalendarDay | null;
}

type Outlet = Pick<OutletRecord, 'id' | 'franchiseId' | 'timeZone'>;

/** Two minutes: an id is made before its order is placed, and may be a client's clock's. */
const ID_SLACK_MILLISECONDS = 120_000;

export async function findDemandState(
  { pool }: OwnOrderDatabase,
  outletId: string,
): Promise<DemandState | null> {
  const { rows } = await pool.query<DemandState>(
    `SELECT counted_until::text AS "countedUntil", forecast_from::text AS "forecastFrom" FROM demand_state WHERE outlet_id = $1`,
    [outletId],
  );
  return rows[0] ?? null;
}

/** The day of the outlet's first order in use; null where there is none. */
export async function findFirstOrderDay(
  { pool }: OwnOrderDatabase,
  { id, timeZone }: Outlet,
): Promise<CalendarDay | null> {
  const { rows } = await pool.query<{ day: CalendarDay }>(
    `SELECT (placed_at AT TIME ZONE $2)::date::text AS day FROM orders WHERE outlet_id = $1 ORDER BY id LIMIT 1`,
    [id, timeZone],
  );
  return rows[0]?.day ?? null;
}

interface StoredDay extends DemandOfDay {
  readonly day: CalendarDay;
  readonly menuItemId: string;
}

/** Counts the outlet's days, both included, and says that they are counted, in one transaction. */
export async function countDemand(
  database: OwnOrderDatabase,
  outlet: Outlet,
  from: CalendarDay,
  to: CalendarDay,
): Promise<void> {
  const { id, franchiseId, timeZone } = outlet;
  const [start, end] = [startOfDay(from, timeZone), endOfDay(to, timeZone)];
  const [units, spans] = await Promise.all([
    findUnits(database, outlet, start, end),
    findSoldOutSpans(database, id, start, end),
  ]);
  const rows: StoredDay[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const [dayStart, dayEnd] = [startOfDay(day, timeZone), endOfDay(day, timeZone)];
    const items = new Set([...(units.get(day)?.keys() ?? []), ...spans.keys()]);
    for (const menuItemId of items) {
      const minutes = soldOutMinutes(spans.get(menuItemId) ?? [], dayStart, dayEnd);
      const sold = units.get(day)?.get(menuItemId) ?? new Array<number>(HOURS).fill(0);
      if ([...minutes, ...sold].some((some) => some > 0)) {
        rows.push({ day, menuItemId, units: sold, soldOutMinutes: minutes });
      }
    }
  }
  await database.pool.query(
    `WITH counted AS (
       INSERT INTO demand_day (outlet_id, day, menu_item_id, franchise_id, units, sold_out_minutes)
       SELECT $1, (row ->> 'day')::date, (row ->> 'menuItemId')::uuid, $2,
         ARRAY(SELECT value::int FROM jsonb_array_elements_text(row -> 'units') WITH ORDINALITY AS units (value, place) ORDER BY place),
         ARRAY(SELECT value::int FROM jsonb_array_elements_text(row -> 'soldOutMinutes') WITH ORDINALITY AS minutes (value, place) ORDER BY place)
       FROM jsonb_array_elements($3::jsonb) AS row
       ON CONFLICT (outlet_id, day, menu_item_id) DO UPDATE SET units = excluded.units, sold_out_minutes = excluded.sold_out_minutes
     )
     INSERT INTO demand_state (outlet_id, franchise_id, counted_until) VALUES ($1, $2, $4)
     ON CONFLICT (outlet_id) DO UPDATE SET counted_until = greatest(demand_state.counted_until, excluded.counted_until)`,
    [id, franchiseId, JSON.stringify(rows), to],
  );
}

/** By day and item, for each hour. Ids are of the moment of their order, so that they name its partition. */
async function findUnits(
  { pool }: OwnOrderDatabase,
  { id, timeZone }: Outlet,
  start: Date,
  end: Date,
): Promise<Map<CalendarDay, Map<string, number[]>>> {
  const { rows } = await pool.query<{ day: CalendarDay; menuItemId: string; hour: number; units: number }>(
    `SELECT (placed_at AT TIME ZONE $2)::date::text AS day, menu_item_id AS "menuItemId",
       extract(hour FROM placed_at AT TIME ZONE $2)::int AS hour, sum(quantity)::int AS units
     FROM orders JOIN order_line ON order_line.order_id = orders.id
     WHERE orders.outlet_id = $1 AND orders.id BETWEEN $3::uuid AND $4::uuid AND order_line.order_id BETWEEN $3::uuid AND $4::uuid
       AND paid_at IS NOT NULL AND placed_at >= $5 AND placed_at < $6
     GROUP BY 1, 2, 3`,
    [
      ...[id, timeZone],
      ...[idAt(start.getTime() - ID_SLACK_MILLISECONDS), idAt(end.getTime() + ID_SLACK_MILLISECONDS)],
      ...[start, end],
    ],
  );
  const days = new Map<CalendarDay, Map<string, number[]>>();
  for (const { day, menuItemId, hour, units } of rows) {
    const items = days.get(day) ?? new Map<string, number[]>();
    days.set(day, items);
    const hours = items.get(menuItemId) ?? new Array<number>(HOURS).fill(0);
    items.set(menuItemId, hours);
    hours[hour] = units;
  }
  return days;
}

/** The lowest UUIDv7 of a moment. */
function idAt(milliseconds: number): string {
  const hex = Math.max(0, milliseconds).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}

/** An outlet's days from one on. */
export async function findDemand(
  { pool }: OwnOrderDatabase,
  outletId: string,
  from: CalendarDay,
): Promise<StoredDay[]> {
  const { rows } = await pool.query<StoredDay>(
    `SELECT day::text AS day, menu_item_id AS "menuItemId", units, sold_out_minutes AS "soldOutMinutes"
     FROM demand_day WHERE outlet_id = $1 AND day >= $2`,
    [outletId, from],
  );
  return rows;
}

export interface ScopedDemand extends StoredDay {
  readonly outletId: string;
}

/** Days of what a scope covers, both included. */
export async function findDemandWithin(
  { prisma }: OrderDatabase,
  scope: Scope,
  place: { readonly outletId: string | null; readonly franchiseId: string | null },
  from: CalendarDay,
  to: CalendarDay,
): Promise<ScopedDemand[]> {
  const covered = coveredSql(scope, { after: 4 });
  return prisma.$queryRawUnsafe<ScopedDemand[]>(
    `SELECT outlet_id AS "outletId", day::text AS day, menu_item_id AS "menuItemId", units, sold_out_minutes AS "soldOutMinutes"
     FROM demand_day
     WHERE day BETWEEN $1::date AND $2::date AND ($3::uuid IS NULL OR outlet_id = $3::uuid)
       AND ($4::uuid IS NULL OR franchise_id = $4::uuid) AND ${covered.condition}`,
    ...[from, to, place.outletId, place.franchiseId, ...covered.values],
  );
}
