import type { StockDatabase } from '../../store/database.js';
import { findOutletsByIds } from '../../store/outlets.js';

/** The name of each row's outlet, by its id. */
export async function namesOfOutlets(
  database: StockDatabase,
  rows: readonly { readonly outletId: string }[],
): Promise<Map<string, string>> {
  const ids = [...new Set(rows.map(({ outletId }) => outletId))];
  return new Map((await findOutletsByIds(database, ids)).map(({ id, name }) => [id, name]));
}
