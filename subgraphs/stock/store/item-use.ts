/** What is used of items at present and was used in the hours of the last weeks, of any tenant, for any number of items in one statement. */
import { HOUR, HOURS_OF_WEEK, PRESENT_HOURS, presentWeight, type Use } from '../domain/run-out.js';
import type { OwnStockDatabase } from './database.js';

export interface ItemUse extends Use {
  readonly id: string;
}

const WEEKS = 4;

interface UseRow {
  readonly id: string;
  /** What was used in the present hours, each part by its weight; and since when the item is known. */
  readonly weighted: number;
  readonly since: Date;
  /** The first hour of the last weeks in which anything changed. */
  readonly firstHour: Date | null;
  readonly hours: readonly number[] | null;
  readonly used: readonly number[] | null;
}

export async function findUse(
  { pool }: OwnStockDatabase,
  ids: readonly string[],
  now: Date,
): Promise<ItemUse[]> {
  const { rows } = await pool.query<UseRow>({
    name: 'item-use',
    text: `
      WITH present AS (
        SELECT stock_item_id AS id, min(began_at) AS since,
               sum(used * 0.5 ^ ((extract(epoch FROM $2 - began_at) - least(300, extract(epoch FROM $2 - began_at)) / 2) / 3600)) AS weighted
        FROM use_of_items($1, five_minutes_of($2::timestamptz - interval '${PRESENT_HOURS} hours'), $2) GROUP BY 1
      ), by_hour AS (
        SELECT stock_item_id AS id, mod(floor(extract(epoch FROM bucket_start(bucket)) / 3600)::bigint, ${HOURS_OF_WEEK})::integer AS hour,
               sum(used) AS used, min(bucket_start(bucket)) AS first_hour
        FROM level_hour
        WHERE stock_item_id = ANY ($1) AND bucket >= first_id_at(hour_of($2) - interval '${WEEKS * 7} days') AND bucket < first_id_at(hour_of($2))
        GROUP BY 1, 2
      ), past AS (
        SELECT id, min(first_hour) AS first_hour, array_agg(hour) AS hours, array_agg(used::float8) AS used FROM by_hour GROUP BY 1
      )
      SELECT item.id, coalesce(present.weighted, 0)::float8 AS weighted, least(item.created_at, present.since) AS since,
             past.first_hour AS "firstHour", past.hours, past.used
      FROM stock_item AS item LEFT JOIN present USING (id) LEFT JOIN past USING (id)
      WHERE item.id = ANY ($1)`,
    values: [ids, now],
  });
  return rows.map(({ id, weighted, since, firstHour, hours, used }) => {
    const span = now.getTime() - Math.max(presentFrom(now), since.getTime());
    const presentPerHour = span > 0 ? Math.max(0, weighted) / presentWeight(span / HOUR) : 0;
    return { id, presentPerHour, usual: usualUse(firstHour, hours, used, now) };
  });
}

/** Whole five minutes, as they are stored. */
function presentFrom(now: Date): number {
  const from = now.getTime() - PRESENT_HOURS * HOUR;
  return from - (from % 300_000);
}

function usualUse(
  firstHour: Date | null,
  hours: readonly number[] | null,
  used: readonly number[] | null,
  now: Date,
): number[] | null {
  if (firstHour === null) return null;
  const first = firstHour.getTime() / HOUR;
  const known = Math.floor(now.getTime() / HOUR) - first;
  if (known < HOURS_OF_WEEK) return null;
  const usual = new Array<number>(HOURS_OF_WEEK).fill(0);
  hours?.forEach((hour, place) => {
    const sinceFirst = (hour - (first % HOURS_OF_WEEK) + HOURS_OF_WEEK) % HOURS_OF_WEEK;
    // How often there was this hour of the week.
    usual[hour] = (used?.[place] ?? 0) / Math.ceil((known - sinceFirst) / HOURS_OF_WEEK);
  });
  return usual;
}
