/** Since when items have less available than is needed, of any tenant. */
import type { OwnStockDatabase } from './database.js';

/** So much of an item. */
export interface Need {
  readonly id: string;
  /** In the item's unit. */
  readonly quantity: number;
}

export interface Shortage extends Need {
  readonly since: Date;
}

/** So many movements of an item are looked at: where a shortage is older, its beginning is not known. */
const MOVEMENTS = 1_000;

/** Those of the needs that are not met, and were once. */
export async function findShortages({ pool }: OwnStockDatabase, needs: readonly Need[]): Promise<Shortage[]> {
  const { rows } = await pool.query<Shortage>({
    name: 'shortages',
    text: `
      SELECT need.id, need.quantity, uuid_extract_timestamp(began.id) AS since
      FROM unnest($1::uuid[], $2::integer[]) AS need (id, quantity)
      JOIN stock_item AS item ON item.id = need.id AND item.available < need.quantity,
      LATERAL (
        SELECT before.id FROM (
          SELECT latest.id, item.on_hand - item.reserved - item.drawn
                   - sum(CASE figure WHEN 'ON_HAND' THEN delta ELSE -delta END) OVER (ORDER BY latest.id DESC) AS balance
          FROM (
            SELECT one.id, figure, delta FROM stock_movement AS one WHERE stock_item_id = item.id ORDER BY one.id DESC LIMIT ${MOVEMENTS}
          ) AS latest
        ) AS before
        WHERE before.balance >= need.quantity ORDER BY before.id DESC LIMIT 1
      ) AS began`,
    values: [needs.map(({ id }) => id), needs.map(({ quantity }) => quantity)],
  });
  return rows;
}
