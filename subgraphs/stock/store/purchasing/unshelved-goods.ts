/** Goods that came to an outlet and are on no scale. */
import type { Scope } from '../../../../platform/identity/identity.js';
import { coveredSql } from '../../../../platform/kit/tenant-scope.js';
import type { StockDatabase } from '../database.js';
import type { TransferredGoods } from './replenishment.js';

/**
 * What was delivered of weighed items in the last hours and no scale has shown: it is in a store room. By conservation: what was put on
 * the shelf since is how much the level rose, and what left it meanwhile, which was used or sent to another outlet.
 */
export async function findUnshelvedGoods(
  { pool }: StockDatabase,
  scope: Scope,
  outletId: string,
  hours: number,
): Promise<TransferredGoods[]> {
  const covered = coveredSql(scope, { after: 2, table: 'item' });
  const { rows } = await pool.query<TransferredGoods>(
    `WITH delivered AS MATERIALIZED (
       SELECT item.id, min(delivery.received_at) AS since, sum(line.quantity) AS quantity
       FROM stock_item AS item JOIN delivery_line AS line ON line.stock_item_id = item.id JOIN delivery ON delivery.id = line.delivery_id
       WHERE item.outlet_id = $1 AND item.tracking = 'SHELF' AND item.removed_at IS NULL AND ${covered.condition}
         AND delivery.received_at > now() - make_interval(hours => $2)
       GROUP BY item.id
     ), risen AS (
       SELECT delivered.id, sum(movement.delta) AS quantity
       FROM delivered JOIN stock_movement AS movement ON movement.stock_item_id = delivered.id
       WHERE figure = 'ON_HAND' AND movement.id >= first_id_at(since) GROUP BY delivered.id
     ), used AS (
       SELECT delivered.id, sum(part.used) AS quantity
       FROM delivered
       JOIN use_of_items(ARRAY(SELECT id FROM delivered), (SELECT five_minutes_of(min(since)) FROM delivered), now()) AS part
         ON part.stock_item_id = delivered.id AND part.began_at >= five_minutes_of(since)
       GROUP BY delivered.id
     ), sent AS (
       SELECT delivered.id, sum(transfer.quantity) AS quantity
       FROM delivered JOIN transfer ON transfer.stock_item_id = delivered.id AND transfer.outlet_id = $1
       WHERE transfer.sent_at >= since AND transfer.status <> 'CANCELLED' GROUP BY delivered.id
     )
     SELECT * FROM (
       SELECT delivered.id AS "stockItemId", least(
                delivered.quantity,
                delivered.quantity - coalesce(risen.quantity, 0) - coalesce(used.quantity, 0) - coalesce(sent.quantity, 0)
              )::float8 AS quantity
       FROM delivered LEFT JOIN risen USING (id) LEFT JOIN used USING (id) LEFT JOIN sent USING (id)
     ) AS unshelved
     WHERE quantity > 0`,
    [outletId, hours, ...covered.values],
  );
  return rows;
}
