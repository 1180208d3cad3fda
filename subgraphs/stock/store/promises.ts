/** Reading what is promised to orders. */
import type { StockDatabase } from './database.js';

/** Orders whose promise is not covered while `shortfall` is missing, newest promise first. */
export async function ordersAtRisk(
  { pool }: StockDatabase,
  stockItemId: string,
  shortfall: number,
): Promise<string[]> {
  if (shortfall === 0) return [];
  const { rows } = await pool.query<{ ids: string[] }>({
    name: 'orders-at-risk',
    text: 'SELECT orders_at_risk($1, $2) AS ids',
    values: [stockItemId, shortfall],
  });
  return rows[0]?.ids ?? [];
}
