/**
 * What items had on hand over time. The movement ledger is the truth; tables with a row for each span in which a level changed are filled
 * from it by `rollUpLevels`, and what they do not count yet is read from the ledger, in the same statement: an answer is never late. Where an
 * outlet's time zone changes, an item has the days of the former one until `recountDays` has counted them again.
 */
import { groupedBy } from '../../../platform/kit/loaders.js';
import { type BucketResolution, continuedLevels, type LevelPoint } from '../domain/level-history.js';
import type { OwnStockDatabase, StockDatabase } from './database.js';

/** Whole days for which levels are stored so finely. */
export interface HistoryRetention {
  readonly fiveMinutesDays: number;
  readonly hourDays: number;
}

export interface HistorySpan {
  readonly from: Date;
  /** Excluded. */
  readonly to: Date;
}

interface Buckets {
  readonly table: string;
  /** The span of a moment, of an item whose outlet has that time zone. */
  startOf(moment: string): string;
  /** All spans from that of `$2` to that before `$3`, or to the present one. */
  readonly grid: string;
  /** No span is longer. */
  readonly longest: string;
}

const TIME_ZONE = 'item.time_zone';
const BUCKETS: Readonly<Record<BucketResolution, Buckets>> = {
  FIVE_MINUTES: {
    table: 'level_five_minutes',
    startOf: (moment) => `five_minutes_of(${moment})`,
    grid: `generate_series(five_minutes_of($2), least($3::timestamptz - interval '1 millisecond', now()), interval '5 minutes')`,
    longest: '5 minutes',
  },
  HOUR: {
    table: 'level_hour',
    startOf: (moment) => `hour_of(${moment})`,
    grid: `generate_series(hour_of($2), least($3::timestamptz - interval '1 millisecond', now()), interval '1 hour')`,
    longest: '1 hour',
  },
  DAY: {
    table: 'level_day',
    startOf: (moment) => `date_trunc('day', ${moment}, ${TIME_ZONE})`,
    grid: `generate_series(date_trunc('day', $2::timestamptz, ${TIME_ZONE}), least($3::timestamptz - interval '1 millisecond', now()), interval '1 day', ${TIME_ZONE})`,
    longest: '25 hours',
  },
};

/** Items with the mark up to which their movements are counted, and the time zone of their days. */
const ITEMS = `
  SELECT stock_item.id, coalesce(mark.time_zone, outlet.time_zone) AS time_zone, coalesce(mark.level, 0) AS level,
    coalesce(mark.movement_id, first_id_at('epoch')) AS counted
  FROM unnest($1::uuid[]) AS wanted (id) JOIN stock_item USING (id) JOIN outlet ON outlet.id = stock_item.outlet_id
    LEFT JOIN level_mark AS mark ON mark.stock_item_id = stock_item.id`;

function bucketsStatement({ table, startOf, grid, longest }: Buckets): string {
  return `
    WITH item AS MATERIALIZED (${ITEMS}), tail AS MATERIALIZED (
      SELECT item.id, movement.id AS movement_id, ${startOf('uuid_extract_timestamp(movement.id)')} AS at,
             item.level + sum(movement.delta) OVER (PARTITION BY item.id ORDER BY movement.id) AS level
      FROM item, LATERAL (
        SELECT one.id, delta FROM stock_movement_with_archive AS one
        WHERE one.stock_item_id = item.id AND one.id > item.counted AND figure = 'ON_HAND' AND delta <> 0
          -- All of the last span, as where it is counted.
          AND one.id < first_id_at($3::timestamptz + interval '${longest}')
      ) AS movement
    ), counted AS (
      SELECT item.id, bucket_start(bucket) AS at, minimum, maximum, last
      FROM item JOIN ${table} AS stored ON stored.stock_item_id = item.id
      WHERE bucket >= first_id_at($2::timestamptz - interval '2 days') AND bucket < first_id_at($3)
    ), newest AS (
      SELECT id, at, min(level) AS minimum, max(level) AS maximum, (array_agg(level ORDER BY movement_id DESC))[1] AS last FROM tail GROUP BY 1, 2
    ), carried AS MATERIALIZED (
      SELECT item.id, coalesce(
        (SELECT level FROM tail WHERE tail.id = item.id AND tail.at < ${startOf('$2::timestamptz')} ORDER BY movement_id DESC LIMIT 1),
        (SELECT last FROM ${table} AS stored WHERE stored.stock_item_id = item.id AND bucket < first_id_at(${startOf('$2::timestamptz')})
         ORDER BY bucket DESC LIMIT 1),
        (SELECT last FROM level_day AS stored WHERE stored.stock_item_id = item.id
           AND bucket < first_id_at(date_trunc('day', $2::timestamptz, ${TIME_ZONE})) ORDER BY bucket DESC LIMIT 1)
      )::float8 AS level
      FROM item
    ), span AS (
      -- Grouped, not joined: nobody knows beforehand how many rows are not counted yet.
      SELECT id, at, min(minimum)::float8 AS minimum, max(maximum)::float8 AS maximum,
             coalesce(max(last) FILTER (WHERE source = 2), max(last) FILTER (WHERE source = 1))::float8 AS last
      FROM (
        SELECT id, at, NULL::bigint AS minimum, NULL::bigint AS maximum, NULL::bigint AS last, 0 AS source FROM item, LATERAL (SELECT ${grid} AS at) AS grid
        UNION ALL
        SELECT id, at, minimum, maximum, last, 1 FROM counted
        UNION ALL
        SELECT id, at, minimum, maximum, last, 2 FROM newest
      ) AS part
      GROUP BY id, at HAVING bool_or(source = 0)
    )
    -- As numbers: a year by the hour is 8,760 rows, and a moment as text costs as much to read as all else of its row.
    SELECT id, (extract(epoch FROM at) * 1000)::float8 AS at, minimum, maximum, last, carried.level AS before
    FROM span JOIN carried USING (id) ORDER BY id, span.at`;
}

interface BucketRow {
  readonly id: string;
  readonly before: number | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly minimum: number | null;
  readonly maximum: number | null;
  readonly last: number | null;
}

/** For each id, every whole span of its item's past, from that of `from` to that before `to`; those before its first movement are left out. */
export async function findLevelBuckets(
  { pool }: StockDatabase,
  stockItemIds: readonly string[],
  resolution: BucketResolution,
  { from, to }: HistorySpan,
): Promise<LevelPoint[][]> {
  // Without a name: a plan for these days alone leaves out the partitions of all others.
  const { rows } = await pool.query<BucketRow>(bucketsStatement(BUCKETS[resolution]), [
    stockItemIds,
    from,
    to,
  ]);
  return groupedBy(stockItemIds, rows, ({ id }) => id).map((ofItem) =>
    continuedLevels(
      ofItem.map(({ at, minimum, maximum, last }) => ({
        at: new Date(at),
        levels: minimum === null || maximum === null || last === null ? null : { minimum, maximum, last },
      })),
      ofItem[0]?.before ?? null,
    ),
  );
}

/**
 * For each id, every change of its item's level. The level before the first is that at the end of the day before, or, where that is not counted yet, at
 * the mark of the item; where no day before is stored, it is added up from the beginning of the ledger.
 * @param limit at most so many of each item.
 */
export async function findLevelChanges(
  { pool }: StockDatabase,
  stockItemIds: readonly string[],
  { from, to }: HistorySpan,
  limit: number,
): Promise<LevelPoint[][]> {
  const { rows } = await pool.query<{ id: string; at: Date; level: number }>(
    `WITH item AS MATERIALIZED (${ITEMS}), start AS (
       SELECT item.id, CASE WHEN counted < day.id THEN counted WHEN day.last IS NULL THEN first_id_at('epoch') ELSE day.id END AS after,
              CASE WHEN counted < day.id THEN level ELSE coalesce(day.last, 0) END AS level
       FROM item, LATERAL (
         SELECT first_id_at(date_trunc('day', $2::timestamptz, ${TIME_ZONE})) AS id, (
           SELECT last FROM level_day AS stored
           WHERE stored.stock_item_id = item.id AND bucket < first_id_at(date_trunc('day', $2::timestamptz, ${TIME_ZONE})) ORDER BY bucket DESC LIMIT 1
         ) AS last
       ) AS day
     )
     SELECT start.id, uuid_extract_timestamp(change.id) AS at, (start.level + change.sum)::float8 AS level
     FROM start, LATERAL (
       SELECT * FROM (
         SELECT one.id, sum(delta) OVER (ORDER BY one.id) AS sum FROM stock_movement_with_archive AS one
         WHERE one.stock_item_id = start.id AND one.id > start.after AND one.id < first_id_at($3) AND figure = 'ON_HAND' AND delta <> 0
       ) AS summed
       WHERE summed.id >= first_id_at($2) ORDER BY summed.id LIMIT $4
     ) AS change
     ORDER BY start.id, change.id`,
    [stockItemIds, from, to, limit],
  );
  return groupedBy(stockItemIds, rows, ({ id }) => id).map((ofItem) =>
    ofItem.map(({ at, level }) => ({ at, minimum: level, maximum: level, last: level })),
  );
}

/** What a turn of counting did. */
export interface RollUp {
  /** All movements before are counted; null where another process counts. */
  readonly countedUntil: Date | null;
  /** Until when they can be counted at this moment. */
  readonly due: Date;
  readonly movements: number;
  /** Of them, those that came after others of their time were counted. */
  readonly late: number;
  /** Items that were counted again from their beginning, because the ledger had other movements. */
  readonly recounted: number;
}

/** Counts the movements of up to 30 days, each once, however many processes do so. */
export async function rollUpLevels(
  { pool }: OwnStockDatabase,
  now: Date,
  { fiveMinutesDays, hourDays }: HistoryRetention,
): Promise<RollUp> {
  const { rows } = await pool.query<RollUp>(
    `SELECT counted_until AS "countedUntil", due, movements::float8, late::float8, recounted::float8 FROM roll_up_levels($1, $2, $3)`,
    [now, storedFrom(now, fiveMinutesDays), storedFrom(now, hourDays)],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('roll_up_levels answers one row');
  return row;
}

/** Counts the days of one item again whose outlet has another time zone; false where none is left, and where another process counts. */
export async function recountDays({ pool }: OwnStockDatabase): Promise<boolean> {
  const { rows } = await pool.query<{ recounted: boolean }>('SELECT recounted FROM recount_days()');
  return rows[0]?.recounted === true;
}

/** Buckets leave as months (UTC), when all of a month is older. */
export function storedFrom(now: Date, days: number): Date {
  const oldest = new Date(now.getTime() - days * 86_400_000);
  return new Date(Date.UTC(oldest.getUTCFullYear(), oldest.getUTCMonth(), 1));
}
