/** Locks orders and writes their changes: any number of orders cost the same two statements. */
import { type CalendarDay, calendarDay } from '../../../platform/kit/calendar.js';
import type { OrderLineRecord, OrderPriority, OrderRecord } from '../domain/order.js';
import type { OrderFacts } from '../domain/order-lifecycle.js';
import type { OrderStatus } from '../domain/order-state.js';
import type { RejectedLine } from '../domain/rejection.js';
import type { Transaction } from './database.js';
import { ORDER_COLUMNS, orderRecord, type StoredOrder } from './orders.js';

/** An order with all that its changes depend on. */
export interface LockedOrder {
  readonly order: OrderRecord;
  readonly facts: OrderFacts;
  readonly paymentDueAt: Date | null;
  readonly paidAt: Date | null;
  /** The outlet's day that the sale counts on. */
  readonly salesDay: CalendarDay | null;
  /** How the payment was made that met its total. */
  readonly paymentMethod: string | null;
  /** To be written: what its lines were rejected for. Null leaves what is stored. */
  readonly rejectedLines: readonly RejectedLine[] | null;
}

export interface NewStatusEntry {
  readonly orderId: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: Date;
}

type LockedRow = StoredOrder & {
  paymentDueAt: Date | null;
  paymentId: string | null;
  refundedPaymentId: string | null;
  refunded: bigint;
  paidAt: Date | null;
  salesDay: string | null;
  paymentMethod: string | null;
};

/** Locks them in the order of their ids, so that concurrent changes never deadlock. */
export async function findAndLockOrders(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, LockedOrder>> {
  const rows = await tx.$queryRawUnsafe<LockedRow[]>(
    `SELECT ${ORDER_COLUMNS}, payment_due_at AS "paymentDueAt",
            payment_id AS "paymentId", refunded_payment_id AS "refundedPaymentId", refunded,
            paid_at AS "paidAt", sales_day::text AS "salesDay", payment_method AS "paymentMethod"
     FROM orders WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
    ids,
  );
  return new Map(
    rows.map((row) => {
      const { status, statusReason, drink, isPartPaid, paymentId, refundedPaymentId, paymentDueAt, paidAt } =
        row;
      const order = orderRecord(row);
      const facts = {
        ...{ status, statusReason, drink, paymentId, refundedPaymentId, wasPaid: paidAt !== null },
        ...{ refunded: Number(row.refunded), isPartPaid, substitution: order.substitution },
      };
      const salesDay = row.salesDay === null ? null : calendarDay(row.salesDay);
      const { paymentMethod } = row;
      const sale = { paymentDueAt, paidAt, salesDay, paymentMethod };
      return [row.id, { order, facts, ...sale, rejectedLines: null }];
    }),
  );
}

export async function updatePriority(
  tx: Transaction,
  orderId: string,
  priority: OrderPriority,
): Promise<void> {
  await tx.order.updateMany({ where: { id: orderId }, data: { priority } });
}

/** @returns null where the order has no such line, and otherwise when it was ready before. */
export async function updateLineReady(
  tx: Transaction,
  { orderId, position }: Pick<OrderLineRecord, 'orderId' | 'position'>,
  readyAt: Date | null,
): Promise<{ readonly before: Date | null } | null> {
  const line = await tx.orderLine.findUnique({
    where: { orderId_position: { orderId, position } },
    select: { readyAt: true },
  });
  if (line === null) return null;
  await tx.orderLine.updateMany({ where: { orderId, position }, data: { readyAt } });
  return { before: line.readyAt };
}

/** Of an order that is made again: the lines of these positions are not ready; the others are where the whole order was. */
export async function updateRemadeLines(
  tx: Transaction,
  orderId: string,
  positions: readonly number[],
  wasMade: boolean,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE order_line SET times_remade = times_remade + (position = ANY ($2::int[]))::int,
       ready_at = CASE WHEN position = ANY ($2::int[]) THEN NULL WHEN $3 THEN coalesce(ready_at, now()) ELSE ready_at END
     WHERE order_id = $1::uuid`,
    orderId,
    positions,
    wasMade,
  );
}

/** The orders whose payment window has closed, locked; those locked by another process are skipped. */
export async function findAndLockOverdueOrders(tx: Transaction, limit: number): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`SELECT id FROM lock_overdue_orders(${limit}::int) AS id`;
  return rows.map(({ id }) => id);
}

export async function updateOrders(
  tx: Transaction,
  orders: readonly LockedOrder[],
  entries: readonly NewStatusEntry[],
): Promise<void> {
  if (orders.length === 0) return;
  // A join alone would keep no partition out of the plan: the ids are named as well.
  await tx.$executeRawUnsafe(
    `WITH changed AS (
       UPDATE orders SET status = next.status::order_status, status_at = next."statusAt", status_reason = next."statusReason", drink = next.drink::drink_outcome,
         version = next.version, payment_due_at = next."paymentDueAt", payment_id = next."paymentId",
         refunded_payment_id = next."refundedPaymentId", refunded = next.refunded, paid_at = next."paidAt", sales_day = next."salesDay",
         payment_method = next."paymentMethod",
         rejected_lines = coalesce(next."rejectedLines", rejected_lines), is_part_paid = next."isPartPaid",
         substitution = coalesce(next.substitution, orders.substitution)
       FROM jsonb_to_recordset($1::jsonb) AS next
         (id uuid, status text, "statusAt" timestamptz, "statusReason" text, drink text, version int, "paymentDueAt" timestamptz,
          "paymentId" uuid, "refundedPaymentId" uuid, refunded bigint, "paidAt" timestamptz, "salesDay" date, "paymentMethod" text, "rejectedLines" jsonb, "isPartPaid" boolean, substitution jsonb)
       WHERE orders.id = next.id AND orders.id = ANY($3::uuid[])
       RETURNING orders.id, customer_id, outlet_id, franchise_id
     )
     INSERT INTO order_status_entry (order_id, customer_id, outlet_id, franchise_id, version, status, at)
     SELECT id, customer_id, outlet_id, franchise_id, version, status::order_status, at
     FROM jsonb_to_recordset($2::jsonb) AS entry ("orderId" uuid, version int, status text, at timestamptz)
     JOIN changed ON changed.id = "orderId"`,
    JSON.stringify(
      orders.map(({ order, facts, paymentDueAt, paidAt, salesDay, paymentMethod, rejectedLines }) => ({
        ...{ ...order, ...facts },
        ...{ paymentDueAt, paidAt, salesDay, paymentMethod, rejectedLines },
      })),
    ),
    JSON.stringify(entries),
    orders.map(({ order }) => order.id),
  );
}
