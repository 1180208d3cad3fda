/** When items were sold out. */
import type { Span } from '../domain/forecast/sold-out.js';
import type { OwnOrderDatabase, Transaction } from './database.js';

export interface SoldOutChange {
  readonly outletId: string;
  readonly menuItemId: string;
  readonly source: 'STOCK' | 'STAFF';
  readonly version: number;
  readonly isSoldOut: boolean;
  readonly at: Date;
  readonly until: Date | null;
}

/** The franchise is the outlet's, by its copy; a change at an outlet that is not copied yet fails, and is tried again. */
export async function insertSoldOutChange(tx: Transaction, change: SoldOutChange): Promise<void> {
  const { outletId, menuItemId, source, version, isSoldOut, at, until } = change;
  await tx.$executeRaw`
    INSERT INTO sold_out_change (outlet_id, menu_item_id, source, version, franchise_id, at, until, is_sold_out)
    VALUES (${outletId}::uuid, ${menuItemId}::uuid, ${source}, ${version},
      (SELECT franchise_id FROM outlet_copy WHERE id = ${outletId}::uuid), ${at}, ${until}, ${isSoldOut})
    ON CONFLICT DO NOTHING`;
}

/** By item, what of an outlet's spans reaches between two moments; one that has not ended reaches to the later. */
export async function findSoldOutSpans(
  { pool }: OwnOrderDatabase,
  outletId: string,
  from: Date,
  to: Date,
): Promise<Map<string, Span[]>> {
  const { rows } = await pool.query<Span & { menuItemId: string }>(
    `SELECT menu_item_id AS "menuItemId", at AS from, least(next, until, $3) AS to
     FROM (SELECT menu_item_id, at, until, is_sold_out,
             lead(at) OVER (PARTITION BY menu_item_id, source ORDER BY version) AS next
           FROM sold_out_change WHERE outlet_id = $1) AS change
     WHERE is_sold_out AND at < $3 AND least(next, until, $3) > greatest(at, $2)`,
    [outletId, from, to],
  );
  const spans = new Map<string, Span[]>();
  for (const { menuItemId, ...span } of rows) spans.set(menuItemId, [...(spans.get(menuItemId) ?? []), span]);
  return spans;
}
