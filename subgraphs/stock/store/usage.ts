/**
 * Where the grams went, from the ledger alone (docs/supply.md has the definitions). One statement: it filters movements by the range of ids
 * of the days, so that partitions of other months are pruned, and separates use from refills by windows over each item's readings.
 */
import DataLoader from 'dataloader';
import type { Scope } from '../../../platform/identity/identity.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { loaderPerArguments } from '../../../platform/kit/loaders.js';
import { keysetOf, type Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import { sqlFailureOf } from '../../../platform/sql/sql-failure.js';
import type {
  StockMovement,
  StockMovementKind,
  UsageGrouping,
  UsageRow,
  UsageSpan,
} from '../domain/records.js';
import type { StockDatabase } from './database.js';
import { MOVEMENT_COLUMNS } from './movements.js';
import { unitPriceOf } from './purchasing/suppliers.js';

export interface UsageFilter extends RequestedPlace {
  /** Days in each outlet's own time zone, both included. */
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  /** Null for all items. */
  readonly stockItemId: string | null;
  readonly by: UsageGrouping;
  /** What was known until then; left out for all. */
  readonly asOf?: Date;
  /** `shiftsOfHours` of each outlet of the report, by its id; left out where it is not by shifts. */
  readonly shifts?: Readonly<Record<string, readonly number[]>>;
}

/** Longer than a hand is on a shelf, and than most devices are silent between two readings. */
const SETTLING_SECONDS = 120;
/** For so long a container is off its scale at most; one that comes later is another. */
const ABSENCE_SECONDS = 1_800;
/** What a level has risen by where something was put on a shelf, or what a container weighs; noise and drift stay below. */
const LEAST_GRAMS = 30;
/** Of what lies on both sides of the days the report needs. */
const MARGIN = `interval '${ABSENCE_SECONDS + 2 * SETTLING_SECONDS} seconds'`;

/** When the shift of a moment begins or ends, by the clocks of the outlet. @param place of the first hour in `shifts`. */
function shiftBound(moment: string, sign: '+' | '-', place: number): string {
  const local = `${moment} AT TIME ZONE item.time_zone`;
  return `((date_trunc('hour', ${local}) ${sign} make_interval(
    hours => (item.shifts ->> (${place} + extract(hour FROM ${local})::integer))::integer
  )) AT TIME ZONE item.time_zone)`;
}

/**
 * A shelf whose reading falls to its tare has nothing on it. Until its next rise that is an absence, of which only the sum is a change. What an
 * absence has gained, and where a level stays above all that it was shortly before, is a refill. What was taken meanwhile is not measured:
 * recipes stand in for it. Any other rise is subtracted from the falls.
 */
const USAGE = `
  WITH item AS MATERIALIZED (
    SELECT item.id, item.franchise_id, item.outlet_id, item.ingredient_id, item.tracking, outlet.time_zone,
           $1::date::timestamp AT TIME ZONE outlet.time_zone AS begins,
           ($2::date + 1)::timestamp AT TIME ZONE outlet.time_zone AS ends, $9::jsonb -> item.outlet_id::text AS shifts
    FROM stock_item AS item JOIN outlet ON outlet.id = item.outlet_id
    WHERE ($3::uuid IS NULL OR item.outlet_id = $3) AND ($4::uuid IS NULL OR item.franchise_id = $4)
      AND ($5::uuid IS NULL OR item.id = $5) AND %COVERED%
  ), ledger AS (
    SELECT movement.stock_item_id, movement.id, movement.at, movement.grams,
           CASE WHEN kind = 'READING' THEN movement.shelf_id END AS shelf_id,
           CASE WHEN kind = 'READING' THEN delta ELSE 0 END AS weighed,
           CASE WHEN figure = 'RESERVED' AND kind IN ('CONSUMPTION', 'DRAW', 'UNDONE') THEN -delta
                WHEN kind = 'REMAKE' THEN abs(delta) ELSE 0 END AS expected,
           CASE WHEN figure = 'ON_HAND' AND kind <> 'READING' THEN -delta ELSE 0 END AS booked,
           0 AS wasted
    FROM item JOIN stock_movement_with_archive AS movement ON movement.stock_item_id = item.id
    WHERE movement.id >= first_id_at($1::date::timestamp AT TIME ZONE 'UTC' - interval '1 day')
      AND movement.id < first_id_at($2::date::timestamp AT TIME ZONE 'UTC' + interval '2 days')
      AND movement.at >= item.begins - ${MARGIN} AND movement.at < item.ends + ${MARGIN}
      AND ($8::timestamptz IS NULL OR movement.id < first_id_at($8 + interval '1 millisecond'))
      AND movement.delta <> 0
      AND CASE figure WHEN 'RESERVED' THEN kind IN ('CONSUMPTION', 'DRAW', 'UNDONE')
                      WHEN 'DRAWN' THEN kind = 'REMAKE'
                      ELSE kind IN ('READING', 'CONSUMPTION', 'UNDONE', 'REMAKE', 'COUNT', 'WASTE') END
    UNION ALL
    -- Off a scale, and used elsewhere. What comes back is a refill, which is no use either.
    SELECT transfer.stock_item_id, transfer.id, transfer.sent_at, NULL, NULL, 0, 0, -transfer.quantity, 0
    FROM item JOIN transfer ON transfer.outlet_id = item.outlet_id AND transfer.stock_item_id = item.id
      AND (transfer.status <> 'CANCELLED' OR transfer.ended_at > $8) AND ($8 IS NULL OR transfer.sent_at <= $8)
    WHERE item.tracking = 'SHELF'
      AND transfer.id >= first_id_at($1::date::timestamp AT TIME ZONE 'UTC' - interval '1 day')
      AND transfer.id < first_id_at($2::date::timestamp AT TIME ZONE 'UTC' + interval '2 days')
      AND transfer.sent_at >= item.begins - ${MARGIN} AND transfer.sent_at < item.ends + ${MARGIN}
    UNION ALL
    SELECT waste.stock_item_id, waste.id, waste.made_at, NULL, NULL, 0, 0, 0, waste.quantity
    FROM item JOIN waste ON waste.stock_item_id = item.id AND ($8 IS NULL OR waste.made_at <= $8)
    WHERE waste.id >= first_id_at($1::date::timestamp AT TIME ZONE 'UTC' - interval '1 day')
      AND waste.id < first_id_at($2::date::timestamp AT TIME ZONE 'UTC' + interval '2 days')
  ), timed AS (
    -- In seconds. A millionth for each row makes all moments of an item different, in the order of the ledger.
    SELECT ledger.*, coalesce(grams <= shelf.tare_grams + ${LEAST_GRAMS}, false) AS is_bare,
           weighed * shelf.grams_per_unit <= -${LEAST_GRAMS} AS is_large_fall,
           -- Of pieces, one more is what a scale shows that wavers between two numbers.
           greatest(2, ${LEAST_GRAMS} / shelf.grams_per_unit) AS least_refill,
           date_part('epoch', uuid_extract_timestamp(ledger.id))
             + row_number() OVER (PARTITION BY ledger.stock_item_id ORDER BY ledger.id) * 1e-6::float8 AS moment
    FROM ledger LEFT JOIN shelf ON shelf.id = ledger.shelf_id
  ), scales AS (
    SELECT timed.*, is_bare AND is_large_fall AND NOT lag(is_bare, 1, false) OVER scale AS opens,
           NOT is_bare AND lag(is_bare, 1, false) OVER scale AS closes
    FROM timed
    WINDOW scale AS (PARTITION BY stock_item_id, shelf_id ORDER BY moment)
  ), numbered AS (
    SELECT scales.*, count(*) FILTER (WHERE opens) OVER (PARTITION BY stock_item_id, shelf_id ORDER BY moment) AS absence
    FROM scales
  ), bounded AS (
    SELECT numbered.*, min(moment) FILTER (WHERE opens) OVER one AS opened, min(moment) FILTER (WHERE closes) OVER one AS closed
    FROM numbered
    WINDOW one AS (PARTITION BY stock_item_id, shelf_id, absence)
  ), absences AS (
    SELECT bounded.*, coalesce(closed - opened <= ${ABSENCE_SECONDS} AND moment <= closed, false) AS is_absent,
           sum(weighed) FILTER (WHERE moment <= closed) OVER (PARTITION BY stock_item_id, shelf_id, absence) AS gained
    FROM bounded
  ), changes AS (
    SELECT absences.*,
           CASE WHEN NOT is_absent THEN weighed WHEN moment = closed AND gained < least_refill THEN gained ELSE 0 END AS change,
           CASE WHEN NOT is_absent OR gained < least_refill THEN 0 WHEN opens THEN 1 WHEN moment = closed THEN -1 ELSE 0 END AS refilling
    FROM absences
  ), levels AS (
    SELECT changes.*, sum(change) OVER item_ledger AS level, sum(refilling) OVER item_ledger > 0 AS is_being_filled
    FROM changes
    WINDOW item_ledger AS (PARTITION BY stock_item_id ORDER BY moment)
  ), refills AS (
    SELECT levels.*, coalesce(change > 0 AND min(level) OVER after - max(level - change) OVER before >= least_refill, false) AS is_refill,
           level - change - min(level - change) OVER before AS above_trough
    FROM levels
    WINDOW before AS (PARTITION BY stock_item_id ORDER BY moment RANGE BETWEEN ${SETTLING_SECONDS} PRECEDING AND CURRENT ROW),
           after AS (PARTITION BY stock_item_id ORDER BY moment RANGE BETWEEN CURRENT ROW AND ${SETTLING_SECONDS} FOLLOWING)
  ), refill_windows AS (
    SELECT refills.*, coalesce(bool_or(is_refill) OVER (
             PARTITION BY stock_item_id ORDER BY moment RANGE BETWEEN ${SETTLING_SECONDS} PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW
           ), false) AS is_after_refill
    FROM refills
  ), usage AS (
    SELECT stock_item_id, at, expected, wasted,
           booked + CASE WHEN is_being_filled THEN expected + wasted
                         WHEN is_after_refill THEN expected
                         WHEN is_refill THEN above_trough
                         ELSE -change END AS measured
    FROM refill_windows
  ), total AS (
    SELECT item.id, bucket.begins,
           sum(usage.expected) AS expected, sum(usage.measured) AS measured, sum(usage.wasted) AS wasted,
           sum(usage.measured) - sum(usage.expected) - sum(usage.wasted) AS unexplained
    FROM usage JOIN item ON item.id = usage.stock_item_id,
      LATERAL (
        SELECT CASE $6 WHEN 'ITEM' THEN item.begins WHEN 'SHIFT' THEN greatest(item.begins, ${shiftBound('usage.at', '-', 0)})
                       ELSE date_trunc($6, usage.at, item.time_zone) END
      ) AS bucket (begins)
    WHERE usage.at >= item.begins AND usage.at < item.ends
    GROUP BY item.id, bucket.begins
    HAVING sum(usage.expected) <> 0 OR sum(usage.measured) <> 0 OR sum(usage.wasted) <> 0
  ), price AS MATERIALIZED (
    SELECT item.id, ${unitPriceOf('item')} AS of_unit FROM item
  )
  SELECT item.id AS "stockItemId", total.begins AS from,
         CASE $6 WHEN 'ITEM' THEN item.ends WHEN 'HOUR' THEN total.begins + interval '1 hour'
                 WHEN 'SHIFT' THEN least(item.ends, ${shiftBound('total.begins', '+', 24)})
                 ELSE (total.begins AT TIME ZONE item.time_zone + interval '1 day') AT TIME ZONE item.time_zone END AS to,
         expected::float8, measured::float8, wasted::float8, unexplained::float8,
         round(unexplained * price.of_unit)::float8 AS cost, count(*) OVER ()::integer AS "totalCount"
  FROM total JOIN item USING (id) LEFT JOIN price USING (id)
  ORDER BY coalesce(round(unexplained * price.of_unit), unexplained) > 0 DESC, cost DESC NULLS LAST, unexplained DESC, total.begins, item.id
  LIMIT $7`;

/** Before the gateway gives a subgraph up, so that the answer says why. */
const LONGEST_MILLISECONDS = 8_000;
const QUERY_CANCELED = '57014';

/** The days and places have more movements than are read in the time that a caller's read has; so have reads beside it, in its transaction. */
export function isTooMuchToRead(error: unknown): boolean {
  return sqlFailureOf(error)?.sqlState === QUERY_CANCELED;
}

/** Bounds reads of a caller's database that follow at once. @throws what `isTooMuchToRead`. */
export async function withinTime<Result>(
  { pool }: Pick<StockDatabase, 'pool'>,
  read: () => Promise<Result>,
  longest = LONGEST_MILLISECONDS,
): Promise<Result> {
  // They share a transaction, in which the bound holds.
  await pool.query(`SELECT set_config('statement_timeout', $1, true)`, [String(longest)]);
  const result = await read();
  await pool.query(`SELECT set_config('statement_timeout', '0', true)`);
  return result;
}

/**
 * The rows with the most missing first, and how many there are in all.
 * @param longest milliseconds. @throws what `isTooMuchToRead`, of a caller's database.
 */
export async function findUsage(
  { pool }: StockDatabase,
  scope: Scope,
  { from, to, outletId, franchiseId, stockItemId, by, asOf, shifts }: UsageFilter,
  first: number,
  longest = LONGEST_MILLISECONDS,
): Promise<{ readonly rows: UsageRow[]; readonly totalCount: number }> {
  const { condition, values } = coveredSql(scope, { after: 9, table: 'item' });
  // Without a name: a plan for these days alone leaves out the partitions of all others.
  const read = () =>
    pool.query<UsageRow & { totalCount: number }>(USAGE.replace('%COVERED%', condition), [
      ...[from, to, outletId, franchiseId, stockItemId, by, first, asOf ?? null],
      JSON.stringify(shifts ?? {}),
      ...values,
    ]);
  const { rows } = await withinTime({ pool }, read, longest);
  return {
    rows: rows.map(({ totalCount: _, ...row }) => row),
    totalCount: rows[0]?.totalCount ?? 0,
  };
}

/** The ledger of spans of items, for a page and for kinds; null for every kind. */
export type UsageMovements = ReturnType<typeof usageMovements>;

interface MovementFilter {
  readonly kinds: readonly StockMovementKind[] | null;
}

/** The caller has read the spans' items. */
export function usageMovements(database: StockDatabase) {
  return {
    /** Newest first: rows of a page, as `connectionOf` takes them. */
    pageOf: loaderPerArguments((filter: MovementFilter & { readonly page: Page }) =>
      spanLoader((spans) => findSpanMovements(database, spans, filter)),
    ),
    countOf: loaderPerArguments((filter: MovementFilter) =>
      spanLoader((spans) => countSpanMovements(database, spans, filter)),
    ),
  };
}

function spanLoader<Value>(find: (spans: readonly UsageSpan[]) => Promise<Value[]>) {
  return new DataLoader<UsageSpan, Value, string>(find, {
    cacheKeyFn: ({ stockItemId, from, to }) => `${stockItemId} ${from.toISOString()} ${to.toISOString()}`,
  });
}

/** Movements are made within an hour of their transaction's time, which is their `at`; their ids are of the moment itself. */
const WITHIN_SPAN = `stock_item_id = span.item_id
  AND one.id >= first_id_at(span.begins - interval '1 hour') AND one.id < first_id_at(span.ends + interval '1 hour')
  AND one.at >= span.begins AND one.at < span.ends AND ($4::text[] IS NULL OR one.kind::text = ANY ($4))`;
const SPANS = `unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS span (item_id, begins, ends, place)`;

function spanValues(spans: readonly UsageSpan[], { kinds }: MovementFilter): unknown[] {
  return [
    spans.map(({ stockItemId }) => stockItemId),
    spans.map(({ from }) => from),
    spans.map(({ to }) => to),
    kinds,
  ];
}

async function findSpanMovements(
  { pool }: StockDatabase,
  spans: readonly UsageSpan[],
  filter: MovementFilter & { readonly page: Page },
): Promise<StockMovement[][]> {
  const { above, below, direction, take } = keysetOf(filter.page, 'desc');
  const { rows } = await pool.query<StockMovement & { place: number }>({
    name: `usage-movements-${direction}`,
    text: `
      SELECT span.place::integer AS place, ${MOVEMENT_COLUMNS}
      FROM ${SPANS}, LATERAL (
        SELECT * FROM stock_movement_with_archive AS one
        WHERE ${WITHIN_SPAN} AND ($5::uuid IS NULL OR one.id > $5) AND ($6::uuid IS NULL OR one.id < $6)
        ORDER BY one.id ${direction} LIMIT $7
      ) AS movement`,
    values: [...spanValues(spans, filter), above, below, take],
  });
  const pages = spans.map((): StockMovement[] => []);
  for (const { place, ...movement } of rows) pages[place - 1]?.push(movement);
  return pages;
}

async function countSpanMovements(
  { pool }: StockDatabase,
  spans: readonly UsageSpan[],
  filter: MovementFilter,
): Promise<number[]> {
  const { rows } = await pool.query<{ place: number; count: number }>({
    name: 'count-usage-movements',
    text: `
      SELECT span.place::integer AS place, (
        SELECT count(*)::integer FROM stock_movement_with_archive AS one WHERE ${WITHIN_SPAN}
      ) AS count
      FROM ${SPANS}`,
    values: spanValues(spans, filter),
  });
  const counts = spans.map(() => 0);
  for (const { place, count } of rows) counts[place - 1] = count;
  return counts;
}
