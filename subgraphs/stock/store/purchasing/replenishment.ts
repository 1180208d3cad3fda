/** What a suggestion of what to order goes by: when an outlet's items were sold out, what is on the way, who sells what, and how late they come. */
import type { Scope } from '../../../../platform/identity/identity.js';
import type { CalendarDay, Period } from '../../../../platform/kit/calendar.js';
import { coveredSql } from '../../../../platform/kit/tenant-scope.js';
import type { PurchaseOrderStatus } from '../../domain/purchasing/purchase-order-state.js';
import type { Supplier, SupplierPrice } from '../../domain/purchasing/records.js';
import type { Outlet } from '../../domain/records.js';
import type { StockDatabase } from '../database.js';

type OutletTime = Pick<Outlet, 'id' | 'timeZone'>;

export interface SoldOutHour {
  readonly stockItemId: string;
  /** When the hour begins. */
  readonly from: Date;
  /** From 0 to 1. */
  readonly share: number;
}

/** `$1` to `$4`: outlet, first and last day, time zone. */
const BEGIN = '$2::date::timestamp AT TIME ZONE $4';
const END = '($3::date + 1)::timestamp AT TIME ZONE $4';

/** Items, and whether the levels by the hour count all that had moved of each until the days ended. */
const ITEMS = `
  SELECT item.*, NOT EXISTS (
    SELECT FROM stock_movement_with_archive AS movement
    WHERE movement.stock_item_id = item.id AND movement.id > coalesce(mark.movement_id, first_id_at('epoch')) AND movement.id < first_id_at(${END})
      AND figure = 'ON_HAND' AND delta <> 0
  ) AS is_counted
  FROM stock_item AS item LEFT JOIN level_mark AS mark ON mark.stock_item_id = item.id
  WHERE item.outlet_id = $1 AND item.removed_at IS NULL AND %COVERED%`;

export interface UsedHour {
  readonly stockItemId: string;
  /** When the hour begins. */
  readonly from: Date;
  /** In the item's unit, without what is known to be thrown away. */
  readonly used: number;
}

/** Of items whose levels are not counted yet, from their ledger. */
const USED = `
  WITH item AS MATERIALIZED (${ITEMS})
  SELECT "stockItemId", "from", sum(used)::float8 AS used
  FROM (
    SELECT item.id AS "stockItemId", bucket_start(bucket) AS "from", used
    FROM item JOIN level_hour AS stored ON stored.stock_item_id = item.id
    WHERE is_counted AND used <> 0 AND bucket >= first_id_at(${BEGIN}) AND bucket < first_id_at(${END})
    UNION ALL
    SELECT stock_item_id, hour_of(began_at), used
    FROM use_of_items(ARRAY(SELECT id FROM item WHERE NOT is_counted), ${BEGIN}, ${END})
    UNION ALL
    SELECT item.id, hour_of(made_at), -quantity
    FROM item JOIN waste ON waste.stock_item_id = item.id
    WHERE waste.id >= first_id_at(${BEGIN}) AND waste.id < first_id_at(${END})
  ) AS part
  GROUP BY 1, 2`;

/** By the hour, over whole days of the outlet, both included. */
export async function findUsedHours(
  { pool }: StockDatabase,
  scope: Scope,
  { id, timeZone }: OutletTime,
  { from, to }: Period,
): Promise<UsedHour[]> {
  const { condition, values } = coveredSql(scope, { after: 4, table: 'item' });
  const { rows } = await pool.query<UsedHour>(USED.replace('%COVERED%', condition), [
    ...[id, from, to, timeZone],
    ...values,
  ]);
  return rows;
}

/**
 * Hours in which less was free than an order usually takes of the item. The level at each movement is that of now less all that came
 * after it. The ledger is read of items alone that had less on hand at some time than was ever used of them in an hour: others were not sold out.
 */
const SOLD_OUT = `
  WITH item AS MATERIALIZED (
    SELECT id, on_hand - reserved - drawn AS free FROM (${ITEMS}) AS item
    WHERE NOT is_counted OR coalesce((
      SELECT least(min(minimum), coalesce((
               SELECT last FROM level_day AS before WHERE before.stock_item_id = item.id AND before.bucket < first_id_at(${BEGIN} - interval '1 day')
               ORDER BY before.bucket DESC LIMIT 1
             ), 0)) <= max(used)
      FROM level_hour AS stored
      WHERE stored.stock_item_id = item.id AND bucket >= first_id_at(${BEGIN} - interval '1 day') AND bucket < first_id_at(${END})
    ), true)
  ), movement AS (
    SELECT item.id AS item_id, movement.id, at, kind, CASE figure WHEN 'ON_HAND' THEN delta ELSE -delta END AS delta
    FROM item JOIN stock_movement_with_archive AS movement ON movement.stock_item_id = item.id
    WHERE movement.id >= first_id_at($2::date::timestamp AT TIME ZONE $4) AND movement.delta <> 0
    UNION ALL
    -- What there was at the beginning.
    SELECT id, first_id_at($2::date::timestamp AT TIME ZONE $4), $2::date::timestamp AT TIME ZONE $4, NULL, 0 FROM item
  ), portion AS MATERIALIZED (
    -- Once, also in a plan that expects few movements.
    SELECT item_id, percentile_disc(0.5) WITHIN GROUP (ORDER BY -delta) AS quantity
    FROM movement WHERE kind = 'RESERVATION' GROUP BY item_id
  ), level AS (
    SELECT movement.item_id, at, coalesce(lead(at) OVER (PARTITION BY item_id ORDER BY movement.id), now()) AS until,
           item.free - coalesce(sum(delta) OVER (
             PARTITION BY item_id ORDER BY movement.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
           ), 0) AS free
    FROM movement JOIN item ON item.id = movement.item_id
  ), gap AS (
    SELECT level.item_id, at, least(until, ($3::date + 1)::timestamp AT TIME ZONE $4) AS until
    FROM level LEFT JOIN portion USING (item_id)
    WHERE free < coalesce(portion.quantity, 1) AND at < ($3::date + 1)::timestamp AT TIME ZONE $4 AND until > at
  )
  SELECT item_id AS "stockItemId", hour AS from,
         least(1, sum(extract(epoch FROM least(until, hour + interval '1 hour') - greatest(at, hour))) / 3600)::float8 AS share
  FROM gap, generate_series(date_trunc('hour', at, $4), until - interval '1 microsecond', interval '1 hour') AS hour
  GROUP BY item_id, hour`;

/** Over whole days of the outlet, both included. */
export async function findSoldOutHours(
  { pool }: StockDatabase,
  scope: Scope,
  { id, timeZone }: OutletTime,
  { from, to }: Period,
): Promise<SoldOutHour[]> {
  const { condition, values } = coveredSql(scope, { after: 4, table: 'item' });
  const { rows } = await pool.query<SoldOutHour>(SOLD_OUT.replace('%COVERED%', condition), [
    ...[id, from, to, timeZone],
    ...values,
  ]);
  return rows;
}

export interface OutstandingLine {
  readonly stockItemId: string;
  readonly supplierId: string;
  readonly status: PurchaseOrderStatus;
  readonly expectedOn: CalendarDay | null;
  /** Above 0, in the item's unit. */
  readonly quantity: number;
}

/** Of an outlet's orders of which something has still to come, drafts included. */
export async function findOutstandingLines(
  { pool }: StockDatabase,
  scope: Scope,
  outletId: string,
): Promise<OutstandingLine[]> {
  const covered = coveredSql(scope, { after: 1, table: 'purchase_order' });
  const { rows } = await pool.query<OutstandingLine>(
    `SELECT line.stock_item_id AS "stockItemId", supplier_id AS "supplierId", status::text AS status,
            to_char(expected_on, 'YYYY-MM-DD') AS "expectedOn", line.packs * line.pack_size - line.received AS quantity
     FROM purchase_order JOIN purchase_order_line AS line ON line.purchase_order_id = purchase_order.id
     WHERE purchase_order.outlet_id = $1 AND status IN ('DRAFT', 'APPROVED', 'SENT', 'PARTLY_RECEIVED')
       AND line.packs * line.pack_size > line.received AND ${covered.condition}`,
    [outletId, ...covered.values],
  );
  return rows;
}

export interface TransferredGoods {
  readonly stockItemId: string;
  readonly quantity: number;
}

/** What other outlets have sent to items of an outlet, and what comes back to them. */
export async function findTransferredGoods(
  { pool }: StockDatabase,
  scope: Scope,
  outletId: string,
): Promise<TransferredGoods[]> {
  const covered = coveredSql(scope, { after: 1, table: 'item' });
  const { rows } = await pool.query<TransferredGoods>(
    `SELECT item.id AS "stockItemId", transfer.quantity
     FROM transfer JOIN stock_item AS item ON item.outlet_id = transfer.to_outlet_id AND item.ingredient_id = transfer.ingredient_id
     WHERE transfer.to_outlet_id = $1 AND ended_at IS NULL AND status = 'SENT' AND item.removed_at IS NULL AND ${covered.condition}
     UNION ALL
     SELECT item.id, transfer.quantity
     FROM transfer JOIN stock_item AS item ON item.id = transfer.stock_item_id
     WHERE transfer.outlet_id = $1 AND ended_at IS NULL AND status = 'RETURNING' AND ${covered.condition}`,
    [outletId, ...covered.values],
  );
  return rows;
}

/** What has still to come of orders that are approved, of items that the caller has read; those without any are left out. */
export async function sumOnOrder(
  { pool }: StockDatabase,
  stockItemIds: readonly string[],
): Promise<{ readonly id: string; readonly count: number }[]> {
  const { rows } = await pool.query<{ id: string; count: number }>({
    name: 'sum-on-order',
    text: `
      SELECT line.stock_item_id AS id, sum(greatest(0, line.packs * line.pack_size - line.received))::float8 AS count
      FROM purchase_order_line AS line JOIN purchase_order ON purchase_order.id = line.purchase_order_id
      WHERE line.stock_item_id = ANY ($1::uuid[]) AND status IN ('APPROVED', 'SENT', 'PARTLY_RECEIVED')
      GROUP BY line.stock_item_id`,
    values: [stockItemIds],
  });
  return rows;
}

export interface SupplierOffer
  extends Pick<
    SupplierPrice,
    'ingredientId' | 'packSize' | 'minimumPacks' | 'isPreferred' | 'shelfLifeDays'
  > {
  /** Of a pack. */
  readonly packPrice: number;
  readonly supplier: Pick<Supplier, 'id' | 'leadTimeDays' | 'deliveryWeekdays' | 'minimumOrder'>;
}

/** Of the active suppliers that outlets of a franchise order from, as far as the caller sees them. */
export async function findOffers({ pool }: StockDatabase, franchiseId: string): Promise<SupplierOffer[]> {
  const { rows } = await pool.query<SupplierOffer>({
    name: 'supplier-offers',
    text: `
      SELECT price.ingredient_id AS "ingredientId", price.pack_size AS "packSize", price.minimum_packs AS "minimumPacks",
             price.price AS "packPrice", price.is_preferred AS "isPreferred", price.shelf_life_days AS "shelfLifeDays", json_build_object(
               'id', supplier.id, 'leadTimeDays', supplier.lead_time_days, 'deliveryWeekdays', supplier.delivery_weekdays,
               'minimumOrder', supplier.minimum_order
             ) AS supplier
      FROM supplier JOIN supplier_price AS price ON price.supplier_id = supplier.id AND price.removed_at IS NULL
      WHERE supplier.is_active AND (supplier.franchise_id IS NULL OR supplier.franchise_id = $1)
      ORDER BY price.id`,
    values: [franchiseId],
  });
  return rows;
}

export interface SupplierArrival {
  readonly supplierId: string;
  readonly lateDays: number;
  /** Of the day, by the outlet's clocks, with decimals. */
  readonly hour: number;
}

/** The first deliveries of each supplier's latest orders of an outlet. */
export async function findArrivals(
  { pool }: StockDatabase,
  scope: Scope,
  { id, timeZone }: OutletTime,
  latest: number,
): Promise<SupplierArrival[]> {
  const covered = coveredSql(scope, { after: 3, table: 'purchase_order' });
  const { rows } = await pool.query<SupplierArrival>(
    `SELECT supplier_id AS "supplierId", received::date - expected_on AS "lateDays",
            (extract(epoch FROM received::time) / 3600)::float8 AS hour
     FROM (
       SELECT purchase_order.supplier_id, purchase_order.expected_on, min(delivery.received_at) AT TIME ZONE $2 AS received,
              row_number() OVER (PARTITION BY supplier_id ORDER BY purchase_order.id DESC) AS place
       FROM purchase_order JOIN delivery ON delivery.purchase_order_id = purchase_order.id
       WHERE purchase_order.outlet_id = $1 AND expected_on IS NOT NULL AND ${covered.condition}
       GROUP BY purchase_order.id
     ) AS arrival
     WHERE place <= $3`,
    [id, timeZone, latest, ...covered.values],
  );
  return rows;
}

/** How many days goods were good when they came, as half of the latest deliveries that say so had it at least; by item. */
export async function findShelfLives(
  { pool }: StockDatabase,
  scope: Scope,
  { id, timeZone }: OutletTime,
  days: number,
): Promise<ReadonlyMap<string, number>> {
  const covered = coveredSql(scope, { after: 3, table: 'delivery' });
  const { rows } = await pool.query<{ id: string; days: number }>(
    `SELECT line.stock_item_id AS id,
            percentile_disc(0.5) WITHIN GROUP (ORDER BY greatest(0, line.best_before - (delivery.received_at AT TIME ZONE $2)::date)) AS days
     FROM stock_item AS item JOIN delivery_line AS line ON line.stock_item_id = item.id JOIN delivery ON delivery.id = line.delivery_id
     WHERE item.outlet_id = $1 AND line.best_before IS NOT NULL AND delivery.received_at > now() - make_interval(days => $3)
       AND delivery.transfer_id IS NULL
       AND ${covered.condition}
     GROUP BY line.stock_item_id`,
    [id, timeZone, days, ...covered.values],
  );
  return new Map(rows.map((row) => [row.id, row.days]));
}
