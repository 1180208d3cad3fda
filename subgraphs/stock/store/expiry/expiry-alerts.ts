/** Of which batches staff were notified that they expire soon: once each, however many processes look. */
import { linesBehind } from '../batches.js';
import type { StockDatabase, Transaction } from '../database.js';

/** An outlet, and how many days before a batch expires its staff are notified. */
export interface ExpiryNotice {
  readonly outletId: string;
  readonly daysAhead: number;
}

/** A batch that expires soon, of which nobody had been notified. */
export interface ExpiryAlert {
  readonly stockItemId: string;
  readonly franchiseId: string;
  readonly outletId: string;
  readonly ingredientName: string;
  /** Of the item. */
  readonly version: number;
  readonly bestBefore: string;
  /** From today in the time zone of the outlet. */
  readonly daysLeft: number;
  readonly quantity: number;
}

/** What expired longer ago is no news. */
const DAYS_BACK = 7;

const INSERT = `
  WITH notice AS (
    SELECT outlet.id AS outlet_id, (now() AT TIME ZONE outlet.time_zone)::date AS today, wanted.days
    FROM unnest($1::uuid[], $2::integer[]) AS wanted (outlet_id, days) JOIN outlet ON outlet.id = wanted.outlet_id
  ), due AS MATERIALIZED (
    SELECT line.delivery_id, line.position, line.stock_item_id, line.best_before - notice.today AS days_left
    FROM notice JOIN stock_item AS item ON item.outlet_id = notice.outlet_id AND item.removed_at IS NULL AND item.on_hand > 0
    JOIN delivery_line AS line ON line.stock_item_id = item.id
      AND line.best_before BETWEEN notice.today - ${DAYS_BACK} AND notice.today + notice.days
    WHERE NOT EXISTS (
      SELECT FROM expiry_alert AS known WHERE known.delivery_id = line.delivery_id AND known.position = line.position
    )
  ), batch AS (
    SELECT line.*, due.days_left, least(line.quantity, line.on_hand - line.behind)::integer AS left_of_it
    FROM (${linesBehind('item.id IN (SELECT stock_item_id FROM due)')}) AS line
    JOIN due ON due.delivery_id = line.delivery_id AND due.position = line.position
    WHERE line.on_hand > line.behind
  ), added AS (
    INSERT INTO expiry_alert (delivery_id, position, franchise_id, outlet_id, stock_item_id)
    SELECT delivery_id, position, franchise_id, outlet_id, stock_item_id FROM batch ORDER BY delivery_id, position
    ON CONFLICT DO NOTHING
    RETURNING delivery_id, position
  )
  SELECT item.id AS "stockItemId", item.franchise_id AS "franchiseId", item.outlet_id AS "outletId", ingredient.name AS "ingredientName", item.version,
         batch.best_before::text AS "bestBefore", batch.days_left AS "daysLeft", batch.left_of_it AS quantity
  FROM added JOIN batch USING (delivery_id, position) JOIN stock_item AS item ON item.id = batch.stock_item_id
  JOIN ingredient ON ingredient.id = item.ingredient_id
  ORDER BY batch.best_before, batch.delivery_id, batch.position`;

/** By the calendars of the outlets, of what is left by the estimate of `batches.ts`: of what was used or thrown away nobody is notified. */
export async function insertExpiryAlerts(
  tx: Transaction,
  notices: readonly ExpiryNotice[],
): Promise<ExpiryAlert[]> {
  return tx.$queryRawUnsafe<ExpiryAlert[]>(
    INSERT,
    notices.map(({ outletId }) => outletId),
    notices.map(({ daysAhead }) => daysAhead),
  );
}

/** When staff were notified of lines of deliveries that the caller has read, by their `key`. */
export async function findAlertTimes(
  { pool }: StockDatabase,
  keys: readonly string[],
): Promise<{ readonly id: string; readonly alertedAt: Date }[]> {
  const lines = keys.map((key) => key.split(' '));
  const { rows } = await pool.query<{ id: string; alertedAt: Date }>(
    `SELECT wanted.key AS id, alert.alerted_at AS "alertedAt"
     FROM unnest($1::text[], $2::uuid[], $3::smallint[]) AS wanted (key, delivery_id, position)
     JOIN expiry_alert AS alert ON alert.delivery_id = wanted.delivery_id AND alert.position = wanted.position`,
    [keys, lines.map(([, deliveryId]) => deliveryId), lines.map(([, , position]) => Number(position))],
  );
  return rows;
}
