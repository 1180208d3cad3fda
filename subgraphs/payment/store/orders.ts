/** The copy of orders, as far as their events have arrived. */
import { NO_CHARGES } from '../../../platform/order-charges.js';
import type { Bill } from '../domain/receipt.js';
import type { OrderCopy } from '../domain/records.js';
import type { Transaction, WithOwnPool, WithPool } from './database.js';
import { storedCharges } from './receipt-content.js';

export interface OrderChange extends Omit<OrderCopy, 'charges'> {
  readonly number: string;
  readonly version: number;
  /** Null until `order.placed` has arrived. */
  readonly bill: Bill | null;
}

interface StoredOrder extends Omit<OrderCopy, 'charges'> {
  readonly charges: unknown;
}

function orderOf({ charges, ...order }: StoredOrder): OrderCopy {
  return { ...order, charges: charges === null ? NO_CHARGES : storedCharges.parse(charges) };
}

const COLUMNS = `id, customer_id AS "customerId", outlet_id AS "outletId", franchise_id AS "franchiseId",
  total::float8 AS total, status::text AS status, is_counter AS "isCounter",
  bill - '{placedAt,lines,rewardDiscount}'::text[] AS charges`;

/** @param ids UUIDs. */
export async function findOrders(
  { pool }: WithPool,
  ids: readonly string[],
): Promise<ReadonlyMap<string, OrderCopy>> {
  const { rows } = await pool.query<StoredOrder>({
    name: 'order-copy-find',
    text: `SELECT ${COLUMNS} FROM order_copy WHERE id = ANY($1::uuid[])`,
    values: [ids],
  });
  return new Map(rows.map((row) => [row.id, orderOf(row)]));
}

/** Locks an order until the end of the transaction: the first lock of all work on an order's payments. */
export async function lockOrder(tx: Transaction, id: string): Promise<OrderCopy | null> {
  const [row] = await tx.$queryRawUnsafe<StoredOrder[]>(
    `SELECT ${COLUMNS} FROM order_copy WHERE id = $1::uuid FOR UPDATE`,
    id,
  );
  return row === undefined ? null : orderOf(row);
}

export async function findArchivedOrder(tx: Transaction, id: string): Promise<OrderCopy | null> {
  const [row] = await tx.$queryRawUnsafe<StoredOrder[]>(
    `SELECT ${COLUMNS} FROM archive.order_copy WHERE id = $1::uuid`,
    id,
  );
  return row === undefined ? null : orderOf(row);
}

/** The newest version wins; an older one adds the total and the bill that it carries, and nothing else. */
export async function upsertOrders({ pool }: WithOwnPool, changes: readonly OrderChange[]): Promise<void> {
  await pool.query({
    name: 'order-copy-upsert',
    text: `
      INSERT INTO order_copy AS known (id, number, customer_id, outlet_id, franchise_id, total, status, version, is_counter, bill)
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[],
                           $7::"OrderStatus"[], $8::int[], $9::boolean[], $10::jsonb[]) AS change (id, number, customer_id, outlet_id,
                           franchise_id, total, status, version, is_counter, bill)
      ORDER BY id
      ON CONFLICT (id) DO UPDATE SET
        total = coalesce(known.total, excluded.total),
        bill = coalesce(known.bill, excluded.bill),
        status = CASE WHEN known.version < excluded.version THEN excluded.status ELSE known.status END,
        version = greatest(known.version, excluded.version)
      WHERE known.version < excluded.version OR (known.total IS NULL AND excluded.total IS NOT NULL)
        OR (known.bill IS NULL AND excluded.bill IS NOT NULL)`,
    values: [
      changes.map(({ id }) => id),
      changes.map(({ number }) => number),
      changes.map(({ customerId }) => customerId),
      changes.map(({ outletId }) => outletId),
      changes.map(({ franchiseId }) => franchiseId),
      changes.map(({ total }) => total),
      changes.map(({ status }) => status),
      changes.map(({ version }) => version),
      changes.map(({ isCounter }) => isCounter),
      changes.map(({ bill }) => bill && JSON.stringify(bill)),
    ],
  });
}
