/**
 * What is left of lines of deliveries that say how long the goods are good: the one answer for lists, alerts, suggestions and transfers.
 * No one counts it: it follows from the item's level by two estimates, of which the larger is shown. Either what expires first went first
 * and goods without a day before those with one, or what came first went first, and within a delivery what expires first.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import { type CountedConnection, connectionOf, keysetOf, type Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { ExpiringBatch } from '../domain/records.js';
import type { Batch } from '../domain/transfers/batches.js';
import type { StockDatabase, Transaction } from './database.js';

export interface BatchFilter extends RequestedPlace {
  /** Goods that were good until a day before it are taken to be gone. */
  readonly from: CalendarDay;
  /** The last day, included. */
  readonly until: CalendarDay;
}

/**
 * Lines of deliveries, each with how much of its item is used after it (`behind`): what is left of the line is what the level has beyond that.
 * @param condition on `item`, whose other lines count for what is left of one. Parameters are the caller's.
 */
export function linesBehind(condition: string): string {
  return `
    SELECT line.*, item.on_hand, least(sum(line.quantity) OVER by_day, sum(line.quantity) OVER by_arrival) - line.quantity AS behind
    FROM stock_item AS item JOIN delivery_line AS line ON line.stock_item_id = item.id
    WHERE item.removed_at IS NULL AND item.on_hand > 0 AND ${condition}
    WINDOW by_day AS (
             PARTITION BY line.stock_item_id ORDER BY line.best_before DESC NULLS LAST, line.delivery_id DESC, line.position DESC
           ),
           by_arrival AS (
             PARTITION BY line.stock_item_id ORDER BY line.delivery_id DESC, line.best_before DESC NULLS LAST, line.position DESC
           )`;
}

/** Goods that were good until longer ago are taken to be gone. */
export const GONE_AFTER_DAYS = 60;

/** What is left of an item that this transaction has locked, one entry for each day until which it is good, first what is to be used first. */
export function findBatchesLeft(tx: Transaction, stockItemId: string): Promise<Batch[]> {
  return tx.$queryRawUnsafe<Batch[]>(
    `SELECT sum(least(quantity, on_hand - behind))::integer AS quantity, best_before::text AS "bestBefore"
     FROM (${linesBehind('item.id = $1::uuid')}) AS line
     WHERE on_hand > behind AND best_before >= current_date - ${GONE_AFTER_DAYS}
     GROUP BY best_before ORDER BY best_before`,
    stockItemId,
  );
}

/** First what is to be used first. */
export async function findBatchPage(
  { pool }: StockDatabase,
  scope: Scope,
  { outletId, franchiseId, from, until }: BatchFilter,
  page: Page,
): Promise<CountedConnection<ExpiringBatch>> {
  const covered = coveredSql(scope, { after: 4, table: 'item' });
  const batches = `(
    SELECT concat_ws(' ', best_before, delivery_id, lpad(position::text, 5, '0')) COLLATE "C" AS key, stock_item_id AS "stockItemId",
           outlet_id AS "outletId", delivery_id AS "deliveryId", best_before::text AS "bestBefore",
           least(quantity, on_hand - behind)::integer AS quantity
    FROM (
      ${linesBehind(`($1::uuid IS NULL OR item.outlet_id = $1) AND ($2::uuid IS NULL OR item.franchise_id = $2) AND ${covered.condition}
        AND EXISTS (
          SELECT FROM delivery_line AS dated WHERE dated.stock_item_id = item.id AND dated.best_before BETWEEN $3::date AND $4::date
        )`)}
    ) AS line
    WHERE on_hand > behind AND best_before BETWEEN $3::date AND $4::date
  ) AS batch`;
  const values = [outletId, franchiseId, from, until, ...covered.values];
  const place = values.length;
  const { above, below, direction, take } = keysetOf(page, 'asc');
  const { rows } = await pool.query<ExpiringBatch>(
    `SELECT * FROM ${batches}
     WHERE ($${place + 1}::text IS NULL OR key > $${place + 1}) AND ($${place + 2}::text IS NULL OR key < $${place + 2})
     ORDER BY key ${direction} LIMIT ${take}`,
    [...values, above, below],
  );
  return connectionOf(
    page,
    rows,
    ({ key }) => key,
    async () => {
      const counted = await pool.query<{ count: number }>(
        `SELECT count(*)::integer AS count FROM ${batches}`,
        values,
      );
      return counted.rows[0]?.count ?? 0;
    },
  );
}
