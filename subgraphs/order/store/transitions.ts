/**
 * Moves orders through their lives. Every change of status is one transaction: the orders locked in the order of their ids,
 * the version raised, a row of the history, the event, the sales figures, and after the commit the live updates. Any number
 * of orders cost the same few statements.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import { dayIn } from '../domain/calendar.js';
import { follow, type OrderFacts, type OrderTrigger, type Transition } from '../domain/order-lifecycle.js';
import { isInKitchen, isSale, isVoidedBeforeHandover, type OrderStatus } from '../domain/order-state.js';
import { releaseDiscounts, type VoidedOrder } from './compensation.js';
import type { OrderWork, Transaction } from './database.js';
import { kitchenTopic, orderTopic } from './live-topics.js';
import { orderEvent } from './order-events.js';
import { ORDER_COLUMNS, type OrderRecord, orderRecord, type StoredOrder } from './records.js';
import { type CountedOrder, countSales } from './sales-ledger.js';

export interface TransitionRules {
  readonly paymentWindowSeconds: number;
  timeZoneOf(outletId: string): string;
}

export interface Change {
  readonly orderId: string;
  readonly cause: Cause;
  /** Called with the order locked. May throw, and then nothing is written. */
  happening(order: OrderRecord): OrderTrigger;
}

/** An order as it is after its change, and what the change did. */
export interface Changed {
  readonly order: OrderRecord;
  readonly steps: readonly OrderStatus[];
}

interface Locked {
  readonly order: OrderRecord;
  readonly facts: OrderFacts;
  readonly paymentDueAt: Date | null;
  readonly paidAt: Date | null;
  readonly salesDay: string | null;
}

interface Entry {
  readonly orderId: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly at: Date;
}

/** @returns one result for each change whose order exists, in the order of the changes. */
export async function advance(
  rules: TransitionRules,
  work: OrderWork,
  changes: readonly Change[],
): Promise<Changed[]> {
  const before = await lock(work.tx, [...new Set(changes.map(({ orderId }) => orderId))]);
  const after = new Map(before);
  const entries: Entry[] = [];
  const results: Changed[] = [];
  const casualties: VoidedOrder[] = [];
  const now = new Date();

  for (const { orderId, cause, happening } of changes) {
    const current = after.get(orderId);
    if (current === undefined) continue;
    const consequence = follow(current.facts, happening(current.order));
    const next = applied(rules, current, consequence, now);
    after.set(orderId, next);
    results.push({ order: next.order, steps: consequence.steps });

    const told = consequence.republish ? [next.order.status] : consequence.steps;
    const teller = work.causedBy(cause);
    if (isVoidedBeforeHandover(current.order.status, next.order.status)) {
      casualties.push({ order: next.order, work: teller });
    }
    for (const [index, status] of told.entries()) {
      const version = current.order.version + index + 1;
      teller.emit(orderEvent(next.order, next.facts, status, version));
      if (!consequence.republish) entries.push({ orderId, version, status, at: now });
    }
  }

  const changed = [...after].flatMap(([id, order]) => {
    const old = before.get(id);
    return old !== undefined && old !== order ? [{ old, order }] : [];
  });
  await write(
    work.tx,
    changed.map(({ order }) => order),
    entries,
  );
  await countSales(
    work.tx,
    changed.filter(({ old, order }) => !isSale(old.order.status) && isSale(order.order.status)).map(toCount),
    changed.filter(({ old, order }) => isSale(old.order.status) && !isSale(order.order.status)).map(toCount),
  );
  await releaseDiscounts(work.tx, casualties);
  for (const { old, order } of changed) announce(work, old.order, order.order);
  return results;
}

function applied(
  { paymentWindowSeconds, timeZoneOf }: TransitionRules,
  current: Locked,
  { facts, steps, republish }: Transition,
  now: Date,
): Locked {
  const { order } = current;
  const isPaidNow = steps.includes('PAID');
  const dueAt = new Date(now.getTime() + paymentWindowSeconds * 1_000);
  return {
    order: {
      ...order,
      status: facts.status,
      statusReason: facts.statusReason,
      statusAt: steps.length > 0 ? now : order.statusAt,
      version: order.version + (republish ? 1 : steps.length),
    },
    facts,
    paymentDueAt: facts.status === 'AWAITING_PAYMENT' ? (current.paymentDueAt ?? dueAt) : null,
    paidAt: isPaidNow ? now : current.paidAt,
    salesDay: isPaidNow ? dayIn(timeZoneOf(order.outletId), now) : current.salesDay,
  };
}

function toCount({ order: { order, salesDay } }: { order: Locked }): CountedOrder {
  if (salesDay === null) throw new Error(`Order ${order.id} was sold on no day`);
  const { id, outletId, franchiseId, rewardDiscount } = order;
  return { id, outletId, franchiseId, rewardDiscount, day: salesDay };
}

function announce(work: OrderWork, old: OrderRecord, order: OrderRecord): void {
  if (old.version === order.version) return;
  const message = { id: order.id, version: order.version };
  work.publish(orderTopic(order.id), message);
  if (isInKitchen(old.status) || isInKitchen(order.status))
    work.publish(kitchenTopic(order.outletId), message);
}

type LockedRow = StoredOrder & {
  paymentDueAt: Date | null;
  paymentId: string | null;
  refundedPaymentId: string | null;
  paidAt: Date | null;
  salesDay: string | null;
};

async function lock(tx: Transaction, ids: readonly string[]): Promise<Map<string, Locked>> {
  const rows = await tx.$queryRawUnsafe<LockedRow[]>(
    `SELECT ${ORDER_COLUMNS}, payment_due_at AS "paymentDueAt",
            payment_id AS "paymentId", refunded_payment_id AS "refundedPaymentId", paid_at AS "paidAt",
            sales_day::text AS "salesDay"
     FROM orders WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE`,
    ids,
  );
  return new Map(
    rows.map(({ paymentDueAt, paymentId, refundedPaymentId, paidAt, salesDay, ...row }) => {
      const { status, statusReason } = row;
      const facts = { status, statusReason, paymentId, refundedPaymentId, wasPaid: paidAt !== null };
      return [row.id, { order: orderRecord(row), facts, paymentDueAt, paidAt, salesDay }];
    }),
  );
}

async function write(tx: Transaction, orders: readonly Locked[], entries: readonly Entry[]): Promise<void> {
  if (orders.length === 0) return;
  await tx.$executeRawUnsafe(
    `WITH changed AS (
       UPDATE orders SET status = next.status::order_status, status_at = next."statusAt", status_reason = next."statusReason",
         version = next.version, payment_due_at = next."paymentDueAt", payment_id = next."paymentId",
         refunded_payment_id = next."refundedPaymentId", paid_at = next."paidAt", sales_day = next."salesDay"
       FROM jsonb_to_recordset($1::jsonb) AS next
         (id uuid, status text, "statusAt" timestamptz, "statusReason" text, version int, "paymentDueAt" timestamptz,
          "paymentId" uuid, "refundedPaymentId" uuid, "paidAt" timestamptz, "salesDay" date)
       WHERE orders.id = next.id
     )
     INSERT INTO order_status_entry (order_id, version, status, at)
     SELECT "orderId", version, status::order_status, at
     FROM jsonb_to_recordset($2::jsonb) AS entry ("orderId" uuid, version int, status text, at timestamptz)`,
    JSON.stringify(
      orders.map(({ order, facts, paymentDueAt, paidAt, salesDay }) => ({
        ...{ ...order, ...facts },
        ...{ paymentDueAt, paidAt, salesDay },
      })),
    ),
    JSON.stringify(entries),
  );
}
