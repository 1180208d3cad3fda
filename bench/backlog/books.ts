/** Reads the state of a backlog from the databases, beside the units. */
import pg from 'pg';
import { newId } from '../../platform/ids.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import type { SubgraphName } from '../../subgraphs/names.js';

export interface BacklogBooks {
  /** Stocks plenty of every item that is not limited. */
  stockUp(): Promise<void>;
  /** Orders that are PLACED. */
  waiting(): Promise<number>;
  /** Of every order, by id. */
  statuses(): Promise<ReadonlyMap<string, string>>;
  /** Orders whose history is not PLACED followed by one answer. */
  notAnsweredOnce(): Promise<number>;
  notifications(): Promise<number>;
  limitedUnitsReserved(): Promise<number>;
  close(): Promise<void>;
}

const PLENTY = 100_000_000;

const LIMITED_INGREDIENTS = CATALOGUE.menuItems
  .filter(({ isLimited }) => isLimited)
  .flatMap(({ recipe }) => recipe.map(({ ingredientId }) => ingredientId));

export function openBacklogBooks(databaseUrl: (name: SubgraphName) => string): BacklogBooks {
  const open = (name: SubgraphName) => new pg.Pool({ connectionString: databaseUrl(name), max: 1 });
  const [orders, stock, customers] = [open('order'), open('stock'), open('customer')];
  return {
    async stockUp() {
      await stock.query(
        `INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, person_id)
         SELECT id, franchise_id, outlet_id, 'ON_HAND', $1, 'COUNT', $2, $2 FROM stock_item WHERE ingredient_id <> ALL ($3)`,
        [PLENTY, newId(), LIMITED_INGREDIENTS],
      );
    },
    waiting: () => countIn(orders, "SELECT count(*)::integer FROM orders WHERE status = 'PLACED'"),
    async statuses() {
      const { rows } = await orders.query<{ id: string; status: string }>('SELECT id, status FROM orders');
      return new Map(rows.map(({ id, status }) => [id, status]));
    },
    notAnsweredOnce: () =>
      countIn(
        orders,
        `SELECT count(*)::integer FROM (
           SELECT FROM order_status_entry GROUP BY order_id HAVING count(*) <> 2) AS other`,
      ),
    notifications: () => countIn(customers, 'SELECT count(*)::integer FROM notification'),
    limitedUnitsReserved: () =>
      countIn(
        stock,
        `SELECT coalesce(sum(quantity), 0)::integer AS count FROM reservation
         JOIN stock_item ON stock_item.id = stock_item_id WHERE ingredient_id = ANY ($1)`,
        [LIMITED_INGREDIENTS],
      ),
    async close() {
      await Promise.all([orders, stock, customers].map((pool) => pool.end()));
    },
  };
}

async function countIn(pool: pg.Pool, text: string, values: unknown[] = []): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(text, values);
  return rows[0]?.count ?? 0;
}
