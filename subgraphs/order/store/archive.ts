/** Reads what orders have whether they are in use or archived. */

/** `public` holds orders in use; months that are over and done with are moved to `archive`, each order with all that belongs to it. */
export type OrderSchema = 'public' | 'archive';

/**
 * The rows of orders in use, and from the archive those of orders that have none there. A month that is archived meanwhile is found:
 * nothing leaves the archive.
 * @param find reads the rows of some orders, each of which has one at least.
 */
export async function withArchive<Row>(
  orderIds: readonly string[],
  orderIdOf: (row: Row) => string,
  find: (schema: OrderSchema, orderIds: readonly string[]) => Promise<Row[]>,
): Promise<Row[]> {
  const rows = await find('public', orderIds);
  const found = new Set(rows.map(orderIdOf));
  const missing = orderIds.filter((id) => !found.has(id));
  return missing.length === 0 ? rows : [...rows, ...(await find('archive', missing))];
}
