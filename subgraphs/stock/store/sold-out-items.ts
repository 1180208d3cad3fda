/** Of which items no serving is left at which outlets, by what is available and what a serving takes. */
import type { Transaction } from './database.js';

export interface SoldOutChange {
  readonly outletId: string;
  readonly franchiseId: string;
  readonly menuItemId: string;
  readonly isSoldOut: boolean;
  readonly version: number;
}

/**
 * Compares with what was published last. An item that left the menu, or whose ingredient the outlet stocks no more, is not sold out.
 * @returns what has changed; of several processes at once one.
 */
export async function updateSoldOutItems(tx: Transaction): Promise<SoldOutChange[]> {
  return tx.$queryRaw<SoldOutChange[]>`
    WITH need AS (
      SELECT menu_item_id, is_archived, (line ->> 'ingredientId')::uuid AS ingredient_id, sum((line ->> 'quantity')::bigint) AS quantity
      FROM serving_recipe, jsonb_array_elements(recipe) AS line GROUP BY 1, 2, 3
    ), level AS (
      SELECT outlet_id, franchise_id, ingredient_id, sum(available) AS available
      FROM stock_item WHERE removed_at IS NULL GROUP BY 1, 2, 3
    ), present AS (
      SELECT outlet_id, franchise_id, menu_item_id, bool_or(available < quantity AND NOT is_archived) AS is_sold_out
      FROM need JOIN level USING (ingredient_id) GROUP BY 1, 2, 3
    ), published AS (
      SELECT * FROM sold_out_item
    ), changed AS (
      SELECT outlet_id, franchise_id, menu_item_id, is_sold_out
      FROM present LEFT JOIN published USING (outlet_id, franchise_id, menu_item_id, is_sold_out)
      WHERE published.version IS NULL
        AND (is_sold_out OR EXISTS (SELECT FROM published AS former
             WHERE former.outlet_id = present.outlet_id AND former.menu_item_id = present.menu_item_id))
      UNION ALL
      SELECT outlet_id, franchise_id, menu_item_id, false FROM published
      WHERE is_sold_out AND NOT EXISTS (SELECT FROM present
            WHERE present.outlet_id = published.outlet_id AND present.menu_item_id = published.menu_item_id)
    )
    INSERT INTO sold_out_item (outlet_id, franchise_id, menu_item_id, is_sold_out, version)
    SELECT outlet_id, franchise_id, menu_item_id, is_sold_out, 1 FROM changed ORDER BY outlet_id, menu_item_id
    ON CONFLICT (outlet_id, menu_item_id) DO UPDATE
      SET is_sold_out = excluded.is_sold_out, version = sold_out_item.version + 1
      WHERE sold_out_item.is_sold_out <> excluded.is_sold_out
    RETURNING outlet_id AS "outletId", franchise_id AS "franchiseId", menu_item_id AS "menuItemId",
      is_sold_out AS "isSoldOut", version`;
}
