/** What is on hand, by outlet and ingredient, for reports. */
import type { StockReportRow } from '../../../platform/events/event-types.js';
import type { Scope } from '../../../platform/identity/identity.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { StockDatabase } from './database.js';

const MAXIMUM_ROWS = 5_000;

export interface StockReport {
  readonly items: number;
  /** At or below their reorder point. */
  readonly lowItems: number;
  /** Low ones first, then by outlet and ingredient. */
  readonly rows: StockReportRow[];
}

/** Of the scope, and of the outlet or franchise of it that is named. */
export async function findStockReport(
  { pool }: StockDatabase,
  scope: Scope,
  { franchiseId, outletId }: RequestedPlace,
): Promise<StockReport> {
  const { condition, values } = coveredSql(scope, { after: 2, table: 'item' });
  const { rows } = await pool.query<StockReportRow & { items: number; lowItems: number }>(
    `SELECT outlet.name AS outlet, ingredient.name AS ingredient, ingredient.unit, item.on_hand AS "onHand", item.reserved, item.available,
       item.reorder_point AS "reorderPoint", (count(*) OVER ())::int AS items,
       (count(*) FILTER (WHERE item.available <= item.reorder_point) OVER ())::int AS "lowItems"
     FROM stock_item AS item JOIN outlet ON outlet.id = item.outlet_id JOIN ingredient ON ingredient.id = item.ingredient_id
     WHERE item.removed_at IS NULL AND ($1::uuid IS NULL OR item.outlet_id = $1::uuid) AND ($2::uuid IS NULL OR item.franchise_id = $2::uuid)
       AND ${condition}
     ORDER BY item.available > item.reorder_point, outlet.name, ingredient.name LIMIT ${MAXIMUM_ROWS}`,
    [outletId, franchiseId, ...values],
  );
  const [{ items, lowItems } = { items: 0, lowItems: 0 }] = rows;
  return { items, lowItems, rows: rows.map(({ items: _items, lowItems: _lowItems, ...row }) => row) };
}
