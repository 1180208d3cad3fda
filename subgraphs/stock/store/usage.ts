/**
 * Where the grams went, from the ledger alone (docs/supply.md has the definitions). One statement: it reads the movements of the items in the
 * range of ids of the days, which is what prunes the partitions, and tells by windows over each item's readings what was used from what was
 * filled up.
 */
import DataLoader from 'dataloader';
import type { Scope } from '../../../platform/identity/identity.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { loaderPerArguments } from '../../../platform/kit/loaders.js';
import { keysetOf, type Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type {
  StockMovement,
  StockMovementKind,
  UsageGrouping,
  UsageRow,
  UsageSpan,
} from '../domain/records.js';
import type { StockDatabase } from './database.js';
import { MOVEMENT_COLUMNS } from './movements.js';

export interface UsageFilter extends RequestedPlace {
  /** Days in each outlet's own time zone, both included. */
  readonly from: CalendarDay;
  readonly to: CalendarDay;
  /** Null for all items. */
  readonly stockItemId: string | null;
  readonly by: UsageGrouping;
}

/** Longer than a hand is on a shelf or a jar off it, and than most devices are silent between two readings. */
const SETTLING_SECONDS = 120;
/** What a level has risen by where something was put on a shelf; noise and drift stay below. */
const LEAST_REFILL_GRAMS = 30;

/**
 * A shelf was filled up where its level stays above all that it was shortly before. What was taken meanwhile no scale can tell: recipes say it.
 * A weight that was lifted and put back, a hand, noise and a broken scale's leaps are no refill, and end as what is missing after them.
 */
const USAGE = `
  WITH item AS MATERIALIZED (
    SELECT item.id, item.franchise_id, item.ingredient_id, outlet.time_zone,
           $1::date::timestamp AT TIME ZONE outlet.time_zone AS begins,
           ($2::date + 1)::timestamp AT TIME ZONE outlet.time_zone AS ends
    FROM stock_item AS item JOIN outlet ON outlet.id = item.outlet_id
    WHERE ($3::uuid IS NULL OR item.outlet_id = $3) AND ($4::uuid IS NULL OR item.franchise_id = $4)
      AND ($5::uuid IS NULL OR item.id = $5) AND %COVERED%
  ), moved AS (
    SELECT movement.stock_item_id, movement.id, movement.at, movement.shelf_id,
           CASE WHEN kind = 'READING' THEN delta ELSE 0 END AS weighed,
           CASE WHEN figure = 'RESERVED' AND kind IN ('CONSUMPTION', 'DRAW', 'UNDONE') THEN -delta
                WHEN kind = 'REMAKE' THEN abs(delta) ELSE 0 END AS expected,
           CASE WHEN figure = 'ON_HAND' AND kind <> 'READING' THEN -delta ELSE 0 END AS booked
    FROM item JOIN stock_movement_with_archive AS movement ON movement.stock_item_id = item.id
    WHERE movement.id >= first_id_at($1::date::timestamp AT TIME ZONE 'UTC' - interval '1 day')
      AND movement.id < first_id_at($2::date::timestamp AT TIME ZONE 'UTC' + interval '2 days')
      AND movement.at >= item.begins - interval '${2 * SETTLING_SECONDS} seconds' AND movement.at < item.ends + interval '${2 * SETTLING_SECONDS} seconds'
      AND movement.delta <> 0
      AND CASE figure WHEN 'RESERVED' THEN kind IN ('CONSUMPTION', 'DRAW', 'UNDONE')
                      WHEN 'DRAWN' THEN kind = 'REMAKE'
                      ELSE kind IN ('READING', 'CONSUMPTION', 'UNDONE', 'REMAKE', 'COUNT', 'WASTE') END
  ), timed AS (
    -- In seconds. A millionth for each row makes all moments of an item different, in the order of the ledger.
    SELECT moved.*, sum(weighed) OVER ledger AS level,
           date_part('epoch', uuid_extract_timestamp(id)) + row_number() OVER ledger * 1e-6::float8 AS moment
    FROM moved
    WINDOW ledger AS (PARTITION BY stock_item_id ORDER BY id)
  ), compared AS (
    SELECT timed.*, weighed > 0 AND min(level) OVER after - max(level - weighed) OVER before
             >= ${LEAST_REFILL_GRAMS} / shelf.grams_per_unit AS is_refill
    FROM timed LEFT JOIN shelf ON shelf.id = timed.shelf_id
    WINDOW before AS (PARTITION BY timed.stock_item_id ORDER BY moment RANGE BETWEEN ${SETTLING_SECONDS} PRECEDING AND CURRENT ROW),
           after AS (PARTITION BY timed.stock_item_id ORDER BY moment RANGE BETWEEN CURRENT ROW AND ${SETTLING_SECONDS} FOLLOWING)
  ), told AS (
    SELECT stock_item_id, at, expected, booked, weighed, coalesce(bool_or(is_refill) OVER around, false) AS is_refilling
    FROM compared
    WINDOW around AS (PARTITION BY stock_item_id ORDER BY moment RANGE BETWEEN ${SETTLING_SECONDS} PRECEDING AND ${SETTLING_SECONDS} FOLLOWING)
  ), used AS (
    SELECT stock_item_id, at, expected, booked + CASE WHEN is_refilling THEN expected ELSE -weighed END AS measured, 0 AS wasted
    FROM told
    UNION ALL
    SELECT waste.stock_item_id, waste.made_at, 0, 0, waste.quantity
    FROM item JOIN waste ON waste.stock_item_id = item.id
    WHERE waste.id >= first_id_at($1::date::timestamp AT TIME ZONE 'UTC' - interval '1 day')
      AND waste.id < first_id_at($2::date::timestamp AT TIME ZONE 'UTC' + interval '2 days')
  ), total AS (
    SELECT item.id, bucket.begins,
           sum(used.expected) AS expected, sum(used.measured) AS measured, sum(used.wasted) AS wasted,
           sum(used.measured) - sum(used.expected) - sum(used.wasted) AS unexplained
    FROM used JOIN item ON item.id = used.stock_item_id,
      LATERAL (SELECT CASE $6 WHEN 'ITEM' THEN item.begins ELSE date_trunc($6, used.at, item.time_zone) END) AS bucket (begins)
    WHERE used.at >= item.begins AND used.at < item.ends
    GROUP BY item.id, bucket.begins
    HAVING sum(used.expected) <> 0 OR sum(used.measured) <> 0 OR sum(used.wasted) <> 0
  ), price AS (
    SELECT DISTINCT ON (item.id) item.id, price.price::numeric / price.pack_size AS of_unit
    FROM item
    JOIN supplier_price AS price ON price.ingredient_id = item.ingredient_id AND price.removed_at IS NULL
    JOIN supplier ON supplier.id = price.supplier_id AND supplier.is_active
      AND (supplier.franchise_id IS NULL OR supplier.franchise_id = item.franchise_id)
    ORDER BY item.id, price.updated_at DESC, price.id DESC
  )
  SELECT item.id AS "stockItemId", total.begins AS from,
         CASE $6 WHEN 'ITEM' THEN item.ends WHEN 'HOUR' THEN total.begins + interval '1 hour'
                 ELSE (total.begins AT TIME ZONE item.time_zone + interval '1 day') AT TIME ZONE item.time_zone END AS to,
         expected::float8, measured::float8, wasted::float8, unexplained::float8,
         round(unexplained * price.of_unit)::float8 AS cost, count(*) OVER ()::integer AS "totalCount"
  FROM total JOIN item USING (id) LEFT JOIN price USING (id)
  ORDER BY coalesce(round(unexplained * price.of_unit), unexplained) > 0 DESC, cost DESC NULLS LAST, unexplained DESC, total.begins, item.id
  LIMIT $7`;

/** The rows with the most missing first, and how many there are in all. */
export async function findUsage(
  { pool }: StockDatabase,
  scope: Scope,
  { from, to, outletId, franchiseId, stockItemId, by }: UsageFilter,
  first: number,
): Promise<{ readonly rows: UsageRow[]; readonly totalCount: number }> {
  const { condition, values } = coveredSql(scope, { after: 7, table: 'item' });
  // Without a name: a plan for these days alone leaves out the partitions of all others.
  const { rows } = await pool.query<UsageRow & { totalCount: number }>(
    USAGE.replace('%COVERED%', condition),
    [...[from, to, outletId, franchiseId, stockItemId, by, first], ...values],
  );
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
