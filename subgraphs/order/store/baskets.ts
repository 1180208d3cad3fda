/** What was bought together within a scope. */
import type { Scope } from '../../../platform/identity/identity.js';
import type { BasketCounts } from '../domain/customers/baskets.js';
import { NO_ITEM } from './count-customers.js';
import { type CustomerQuery, within } from './customer-figures.js';
import type { OrderDatabase } from './database.js';

export async function findBaskets(
  { pool }: OrderDatabase,
  scope: Scope,
  { from, to, outletId, franchiseId }: CustomerQuery,
): Promise<BasketCounts> {
  const { condition, values } = within(scope, 4);
  const { rows } = await pool.query<{ one: string; other: string; orders: number }>(
    `SELECT one_id AS one, other_id AS other, sum(orders)::float8 AS orders FROM basket_day
     WHERE ${condition} GROUP BY 1, 2 HAVING sum(orders) > 0`,
    [from, to, outletId, franchiseId, ...values],
  );
  const items = rows.filter(({ one, other }) => one === other);
  return {
    orders: items.find(({ one }) => one === NO_ITEM)?.orders ?? 0,
    ofItem: new Map(items.filter(({ one }) => one !== NO_ITEM).map(({ one, orders }) => [one, orders])),
    pairs: rows.filter(({ one, other }) => one !== other),
  };
}
