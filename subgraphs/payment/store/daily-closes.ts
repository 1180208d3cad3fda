/** Daily closes: what they report, and what is there to report. The database refuses every change of a close. */
import type { Scope } from '../../../platform/identity/identity.js';
import { type CalendarDay, calendarDay, dateOfDay } from '../../../platform/kit/calendar.js';
import { readIdPage } from '../../../platform/kit/id-page.js';
import { groupedBy } from '../../../platform/kit/loaders.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { DailyClose, DayFigures, SalesOfDay } from '../domain/daily-close.js';
import { type MethodSums, netOf } from '../domain/financial-report.js';
import type { Transaction, WithOwnPool, WithPool } from './database.js';

const COLUMNS = `id, outlet_id AS "outletId", franchise_id AS "franchiseId", day::text AS day, number,
  cash_outside_tills::float8 AS "cashOutsideTills", made_by AS "madeBy", made_at AS "madeAt"`;

export async function findDailyClose(
  { pool }: WithPool,
  scope: Scope,
  outletId: string,
  day: CalendarDay,
): Promise<DailyClose | null> {
  const covered = coveredSql(scope, { after: 2 });
  const { rows } = await pool.query<DailyClose>(
    `SELECT ${COLUMNS} FROM daily_close WHERE outlet_id = $1 AND day = $2::date AND ${covered.condition}`,
    [outletId, day, ...covered.values],
  );
  return rows[0] ?? null;
}

export async function findDailyCloses(
  { pool }: WithPool,
  scope: Scope,
  ids: readonly string[],
): Promise<DailyClose[]> {
  const covered = coveredSql(scope, { after: 1 });
  const { rows } = await pool.query<DailyClose>(
    `SELECT ${COLUMNS} FROM daily_close WHERE id = ANY ($1::uuid[]) AND ${covered.condition}`,
    [ids, ...covered.values],
  );
  return rows;
}

export interface DailyCloseFilter extends RequestedPlace {
  /** Days, both included; null for no bound. */
  readonly from: string | null;
  readonly to: string | null;
}

/** Newest first. */
export function findDailyClosePage(
  database: WithPool,
  scope: Scope,
  { outletId, franchiseId, from, to }: DailyCloseFilter,
  page: Page,
): Promise<CountedConnection<DailyClose>> {
  const covered = coveredSql(scope, { after: 4 });
  const closes = `daily_close WHERE ($1::uuid IS NULL OR outlet_id = $1) AND ($2::uuid IS NULL OR franchise_id = $2)
    AND ($3::date IS NULL OR day >= $3) AND ($4::date IS NULL OR day <= $4) AND ${covered.condition}`;
  const values = [outletId, franchiseId, from, to, ...covered.values];
  return readIdPage<DailyClose>(database, { columns: COLUMNS, from: closes, values }, page);
}

type StoredFigures = Omit<DayFigures, 'day' | 'methods'> & { readonly closeId: string; readonly day: string };
type StoredMethod = Omit<MethodSums, 'net'> & { readonly closeId: string; readonly day: string };

/** What closes that the caller has read already report, by day. */
export async function findReportedDays(
  { pool }: WithPool,
  closeIds: readonly string[],
): Promise<(DayFigures & { readonly closeId: string })[]> {
  const [days, methods] = [
    await pool.query<StoredFigures>(
      `SELECT close_id AS "closeId", day::text AS day, orders, units, discounts::float8 AS discounts, revenue::float8 AS revenue,
         tips::float8 AS tips, fees::float8 AS fees, owed::float8 AS owed, service::float8 AS service, tax::float8 AS tax,
         rounding::float8 AS rounding, cash_outside_tills::float8 AS "cashOutsideTills"
       FROM daily_close_day WHERE close_id = ANY ($1::uuid[]) ORDER BY close_id, day`,
      [closeIds],
    ),
    await pool.query<StoredMethod>(
      `SELECT close_id AS "closeId", day::text AS day, method::text AS method, provider::text AS provider, captured::float8 AS captured,
         refunded::float8 AS refunded, disputed::float8 AS disputed
       FROM daily_close_method WHERE close_id = ANY ($1::uuid[]) ORDER BY method, provider`,
      [closeIds],
    ),
  ];
  const keyOf = ({ closeId, day }: Pick<StoredFigures, 'closeId' | 'day'>) => `${closeId} ${day}`;
  const methodsOf = groupedBy(days.rows.map(keyOf), methods.rows, keyOf);
  return days.rows.map((row, index) => ({
    ...row,
    day: calendarDay(row.day),
    methods: (methodsOf[index] ?? []).map(({ closeId: _, day: __, ...sums }) => ({
      ...sums,
      net: netOf(sums),
    })),
  }));
}

/** The tills of closes that the caller has read already. */
export async function findTillIdsOfCloses(
  { pool }: WithPool,
  closeIds: readonly string[],
): Promise<{ closeId: string; tillId: string }[]> {
  const { rows } = await pool.query<{ closeId: string; tillId: string }>(
    `SELECT close_id AS "closeId", till_id AS "tillId" FROM daily_close_till WHERE close_id = ANY ($1::uuid[]) ORDER BY till_id`,
    [closeIds],
  );
  return rows;
}

/** By day, those that sold anything between two days, both included. */
export async function findSalesOfDays(
  { pool }: WithPool,
  outletId: string,
  from: CalendarDay,
  to: CalendarDay,
): Promise<ReadonlyMap<string, SalesOfDay>> {
  const { rows } = await pool.query<SalesOfDay & { day: string }>(
    `SELECT day::text AS day, orders, units, discounts::float8 AS discounts, revenue::float8 AS revenue
     FROM sales_day_copy WHERE outlet_id = $1 AND day BETWEEN $2::date AND $3::date`,
    [outletId, from, to],
  );
  return new Map(rows.map(({ day, ...sales }) => [day, sales]));
}

export interface LastCloses {
  readonly firstDay: CalendarDay;
  readonly lastDay: CalendarDay;
}

/** Null for an outlet that has closed no day. */
export async function findClosedDays({ pool }: WithPool, outletId: string): Promise<LastCloses | null> {
  const { rows } = await pool.query<{ firstDay: string | null; lastDay: string | null }>(
    `SELECT min(day)::text AS "firstDay", max(day)::text AS "lastDay" FROM daily_close WHERE outlet_id = $1`,
    [outletId],
  );
  const { firstDay = null, lastDay = null } = rows[0] ?? {};
  if (firstDay === null || lastDay === null) return null;
  return { firstDay: calendarDay(firstDay), lastDay: calendarDay(lastDay) };
}

/** The days that closes of an outlet report of. */
export async function findReportedDayNames(
  { pool }: WithPool,
  outletId: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ day: string }>(
    'SELECT DISTINCT day::text AS day FROM daily_close_day WHERE outlet_id = $1',
    [outletId],
  );
  return new Set(rows.map(({ day }) => day));
}

export interface OutletToClose {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly timeZone: string;
  /** That it has closed. */
  readonly lastDay: CalendarDay;
}

/** Outlets that have closed a day, and none since the one before a moment's. */
export async function findOutletsToClose({ pool }: WithOwnPool, moment: Date): Promise<OutletToClose[]> {
  const { rows } = await pool.query<Omit<OutletToClose, 'lastDay'> & { lastDay: string }>(
    `SELECT outlet.id AS "outletId", outlet.franchise_id AS "franchiseId", outlet.time_zone AS "timeZone", closed.day::text AS "lastDay"
     FROM outlet_copy AS outlet
     JOIN LATERAL (SELECT max(day) AS day FROM daily_close WHERE outlet_id = outlet.id) AS closed ON true
     WHERE closed.day < ($1::timestamptz AT TIME ZONE outlet.time_zone)::date - 1 ORDER BY outlet.id`,
    [moment],
  );
  return rows.map((row) => ({ ...row, lastDay: calendarDay(row.lastDay) }));
}

/** Closes of an outlet are made one after another. */
export async function lockDailyCloses(tx: Transaction, outletId: string): Promise<void> {
  await tx.$executeRawUnsafe(
    'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))',
    `daily-close:${outletId}`,
  );
}

/** What all closes of an outlet have reported of its days, by day; within the transaction that has locked them. */
export async function findReportedSums(
  tx: Transaction,
  outletId: string,
): Promise<{ readonly lastDay: CalendarDay | null; readonly days: ReadonlyMap<string, DayFigures> }> {
  const days = await tx.$queryRawUnsafe<Omit<StoredFigures, 'closeId'>[]>(
    `SELECT day::text AS day, sum(orders)::float8 AS orders, sum(units)::float8 AS units, sum(discounts)::float8 AS discounts,
       sum(revenue)::float8 AS revenue, sum(tips)::float8 AS tips, sum(fees)::float8 AS fees, sum(owed)::float8 AS owed,
       sum(service)::float8 AS service, sum(tax)::float8 AS tax, sum(rounding)::float8 AS rounding,
       sum(cash_outside_tills)::float8 AS "cashOutsideTills"
     FROM daily_close_day WHERE outlet_id = $1::uuid GROUP BY 1`,
    outletId,
  );
  const methods = await tx.$queryRawUnsafe<Omit<StoredMethod, 'closeId'>[]>(
    `SELECT day::text AS day, method::text AS method, provider::text AS provider, sum(captured)::float8 AS captured,
       sum(refunded)::float8 AS refunded, sum(disputed)::float8 AS disputed
     FROM daily_close_method WHERE outlet_id = $1::uuid GROUP BY 1, 2, 3`,
    outletId,
  );
  const [last] = await tx.$queryRawUnsafe<{ day: string | null }[]>(
    'SELECT max(day)::text AS day FROM daily_close WHERE outlet_id = $1::uuid',
    outletId,
  );
  const methodsOf = groupedBy(
    days.map(({ day }) => day),
    methods,
    ({ day }) => day,
  );
  const reported = days.map((row, index): [string, DayFigures] => [
    row.day,
    {
      ...row,
      day: calendarDay(row.day),
      methods: (methodsOf[index] ?? []).map(({ day: _, ...sums }) => ({ ...sums, net: netOf(sums) })),
    },
  ]);
  return { lastDay: last?.day == null ? null : calendarDay(last.day), days: new Map(reported) };
}

/** The tills of an outlet that were closed before the end of a day and are in no close. */
export async function findUnreportedTills(
  tx: Transaction,
  outletId: string,
  timeZone: string,
  day: CalendarDay,
): Promise<string[]> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT id FROM till WHERE outlet_id = $1::uuid AND closed_at < ($3::date + 1)::timestamp AT TIME ZONE $2
       AND NOT EXISTS (SELECT FROM daily_close_till WHERE till_id = till.id) ORDER BY id`,
    outletId,
    timeZone,
    day,
  );
  return rows.map(({ id }) => id);
}

export interface NewDailyClose extends Omit<DailyClose, 'number' | 'madeAt'> {
  /** Its own day's, and what came late for earlier ones. */
  readonly days: readonly DayFigures[];
  readonly tillIds: readonly string[];
}

/** @returns its number, which is taken last. */
export async function insertDailyClose(tx: Transaction, close: NewDailyClose): Promise<number> {
  const { id, outletId, franchiseId, day, cashOutsideTills, madeBy, days, tillIds } = close;
  const place = { closeId: id, outletId, franchiseId };
  await tx.dailyCloseDay.createMany({
    data: days.map((figures) => ({
      ...{ ...place, day: dateOfDay(figures.day), orders: figures.orders, units: figures.units },
      ...{ discounts: BigInt(figures.discounts), revenue: BigInt(figures.revenue) },
      ...{ tips: BigInt(figures.tips), fees: BigInt(figures.fees), owed: BigInt(figures.owed) },
      ...{ service: BigInt(figures.service), tax: BigInt(figures.tax), rounding: BigInt(figures.rounding) },
      cashOutsideTills: BigInt(figures.cashOutsideTills),
    })),
  });
  await tx.dailyCloseMethod.createMany({
    data: days.flatMap((figures) =>
      figures.methods.map(({ method, provider, captured, refunded, disputed }) => ({
        ...{ ...place, day: dateOfDay(figures.day), method, provider },
        ...{ captured: BigInt(captured), refunded: BigInt(refunded), disputed: BigInt(disputed) },
      })),
    ),
  });
  await tx.dailyCloseTill.createMany({ data: tillIds.map((tillId) => ({ ...place, tillId })) });
  const [taken] = await tx.$queryRawUnsafe<{ number: number }[]>(
    `INSERT INTO daily_close (id, outlet_id, franchise_id, day, cash_outside_tills, made_by)
     VALUES ($1::uuid, $2::uuid, $3::uuid, $4::date, $5::bigint, $6::uuid) RETURNING number`,
    id,
    outletId,
    franchiseId,
    day,
    cashOutsideTills,
    madeBy,
  );
  if (taken === undefined) throw new Error(`Daily close ${id} got no number`);
  return taken.number;
}
