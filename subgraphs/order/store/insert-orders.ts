/**
 * The statement that writes new orders: order, lines, first status, events and idempotency key. A key that is taken already
 * writes nothing. Orders that take units of a limited promotion, spend redemptions or are of a guest at the counter use a longer
 * variant, which counts the units and records the redemptions and what the guest is called by; a CHECK and the key of
 * `spent_redemption` refuse what is no longer available. Orders beyond what a guest may have unpaid are left out.
 *
 * It writes the orders of many guests, so row-level security does not guard it. It guards itself: an order has no franchise
 * unless that is its outlet's, which is NOT NULL, and no customer unless the caller of its key is that or has taken the order; a CHECK
 * demands either. Whether the caller may take orders at the outlet, the operation has checked.
 */
import type pg from 'pg';
import type { Cause, NewEvent } from '../../../platform/events/envelope.js';
import { outboxRow } from '../../../platform/events/outbox.js';
import type { IdempotentRequest } from '../../../platform/kit/idempotency.js';
import { sqlFailureOf } from '../../../platform/sql/sql-failure.js';
import type { OrderGuest } from '../domain/order.js';
import type { TakenUnits } from '../domain/promotion.js';
import { type PlacedOrder, placedEvents } from '../published.js';
import { SOURCE } from './database.js';

/** What the guest's unpaid orders at the outlet may be together, with this one. */
export interface UnpaidBounds {
  readonly orders: number;
  readonly amount: number;
}

export interface NewOrder extends PlacedOrder {
  readonly takenUnits: readonly TakenUnits[];
  /** Null where nothing bounds them. */
  readonly unpaidBounds: UnpaidBounds | null;
  readonly request: IdempotentRequest;
  readonly cause: Cause;
  /** Of an order that staff took; null for any other. */
  readonly counter: CounterOrder | null;
}

export interface CounterOrder {
  readonly guest: OrderGuest;
  /** For the audit trail. */
  readonly record: NewEvent;
}

/** Why the database refused an order that was valid a moment ago. */
export type Refusal = 'promotion-used-up' | 'redemption-spent' | 'too-many-unpaid';

/**
 * Another order took the last units of a promotion, or spent a redemption, first, or the guest has too many unpaid orders. Nothing was
 * written.
 */
export class PlacementRefused extends Error {
  override readonly name = 'PlacementRefused';
  readonly refusal: Refusal;
  readonly takenUnits: readonly TakenUnits[];

  constructor(refusal: Refusal, { takenUnits }: NewOrder) {
    super(refusal);
    this.refusal = refusal;
    this.takenUnits = takenUnits;
  }
}

/** The idempotency key is taken, by an earlier request or by a concurrent duplicate. Nothing was written. */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken';
}

export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Keys, promotions and redemptions are locked in sorted order, so that concurrent statements never deadlock. */
const CORE = `
  WITH submitted AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS submitted
      (id uuid, number text, "customerId" uuid, "outletId" uuid, "franchiseId" uuid, total bigint, "rewardDiscount" bigint,
       "serviceCharge" bigint, taxes jsonb, rounding bigint,
       "preparationSeconds" int, "placedAt" timestamptz, "pickupAt" timestamptz, scope text, key text, "inputHash" text,
       "placedBy" uuid, guest jsonb, lines jsonb, events jsonb, "takenUnits" jsonb, "redemptionIds" jsonb, "unpaidBounds" jsonb)
  ), unpaid AS MATERIALIZED (
    SELECT * FROM unpaid_orders_of(
      ARRAY(SELECT "customerId" FROM submitted WHERE "unpaidBounds" IS NOT NULL ORDER BY id),
      ARRAY(SELECT "outletId" FROM submitted WHERE "unpaidBounds" IS NOT NULL ORDER BY id))
  ), beyond AS MATERIALIZED (
    SELECT id FROM (
      SELECT submitted.id, "unpaidBounds", COALESCE(unpaid.orders, 0) + count(*) OVER guests AS orders,
             COALESCE(unpaid.amount, 0) + sum(total) OVER guests AS amount
      FROM submitted LEFT JOIN unpaid ON unpaid.customer_id = "customerId" AND unpaid.outlet_id = "outletId"
      WHERE "unpaidBounds" IS NOT NULL
      WINDOW guests AS (PARTITION BY "customerId", "outletId" ORDER BY submitted.id)
    ) AS counted
    WHERE orders > ("unpaidBounds"->>'orders')::bigint OR amount > ("unpaidBounds"->>'amount')::bigint
  ), claimed AS (
    INSERT INTO idempotency (scope, key, input_hash, result_id, created_at)
    SELECT scope, key, "inputHash", id, "placedAt" FROM submitted WHERE id NOT IN (SELECT id FROM beyond) ORDER BY scope, key
    ON CONFLICT DO NOTHING RETURNING result_id AS id
  ), granted AS (
    SELECT submitted.* FROM submitted JOIN claimed USING (id)
  ), placed AS (
    INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total,
                        reward_discount, service_charge, taxes, rounding, preparation_seconds, placed_at, pickup_at, placed_by)
    SELECT granted.id, number, CASE WHEN split_part(scope, ':', 1) IN ("customerId"::text, "placedBy"::text) THEN "customerId" END,
           "outletId", outlet.franchise_id, 'PLACED', "placedAt", 1, total, "rewardDiscount", "serviceCharge", taxes, rounding, "preparationSeconds", "placedAt",
           "pickupAt", CASE WHEN "placedBy"::text = split_part(scope, ':', 1) THEN "placedBy" END
    FROM granted LEFT JOIN outlet_copy AS outlet ON outlet.id = "outletId" AND outlet.franchise_id = "franchiseId"
  ), lined AS (
    INSERT INTO order_line (order_id, customer_id, outlet_id, franchise_id, position, menu_item_id, name, quantity,
                            unit_price, discount, promotion_id, promotion_name, subtotal, options, note)
    SELECT granted.id, "customerId", "outletId", "franchiseId", line.position, line."menuItemId", line.name, line.quantity,
           line."unitPrice", line.discount, line."promotionId", line."promotionName", line.subtotal, line.options, line.note
    FROM granted, jsonb_to_recordset(granted.lines) AS line
      (position int, "menuItemId" uuid, name text, quantity int, "unitPrice" bigint, discount bigint, "promotionId" uuid,
       "promotionName" text, subtotal bigint, options jsonb, note text)
  ), entered AS (
    INSERT INTO order_status_entry (order_id, customer_id, outlet_id, franchise_id, version, status, at)
    SELECT id, "customerId", "outletId", "franchiseId", 1, 'PLACED', "placedAt" FROM granted
  ), published AS (
    INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
    SELECT event.id, event.type, event.version, event.source, event."occurredAt", event."aggregateId",
           event."aggregateVersion", event.data, event.metadata
    FROM granted, jsonb_to_recordset(granted.events) AS event
      (id uuid, type text, version int, source text, "occurredAt" timestamptz, "aggregateId" text, "aggregateVersion" int,
       data jsonb, metadata jsonb)
  )`;

const EXTRAS = `, needed AS MATERIALIZED (
    SELECT taken."promotionId" AS id, sum(taken.units)::int AS units
    FROM granted, jsonb_to_recordset(granted."takenUnits") AS taken ("promotionId" uuid, units int) GROUP BY 1
  ), locked AS MATERIALIZED (
    SELECT id FROM promotion_copy WHERE id IN (SELECT id FROM needed) ORDER BY id FOR UPDATE
  ), counted AS (
    UPDATE promotion_copy SET used = used + needed.units, version = version + 1
    FROM needed JOIN locked USING (id) WHERE promotion_copy.id = needed.id
  ), spent AS (
    INSERT INTO order_reward (redemption_id, order_id, customer_id, outlet_id, franchise_id)
    SELECT redemption::uuid, granted.id, "customerId", "outletId", "franchiseId"
    FROM granted, jsonb_array_elements_text(granted."redemptionIds") AS redemption ORDER BY 1
  ), called AS (
    INSERT INTO order_guest (order_id, customer_id, outlet_id, franchise_id, name, table_name, placed_at)
    SELECT id, "customerId", "outletId", "franchiseId", guest->>'name', guest->>'table', "placedAt"
    FROM granted WHERE guest IS NOT NULL
  )`;

const PLACED_IDS = 'SELECT id, false AS "isBeyond" FROM claimed UNION ALL SELECT id, true FROM beyond';

export const INSERT_PLAIN: Statement = { name: 'order-insert', text: `${CORE} ${PLACED_IDS}` };
export const INSERT_WITH_EXTRAS: Statement = {
  name: 'order-insert-with-extras',
  text: `${CORE} ${EXTRAS} ${PLACED_IDS}`,
};

/** Whether the longer variant must write it. */
export function hasExtras({ takenUnits, redemptionIds, counter }: NewOrder): boolean {
  return takenUnits.length > 0 || redemptionIds.length > 0 || counter !== null;
}

/** What became of orders, by their ids: the keys of those that are in neither set are taken. */
export interface Inserted {
  readonly written: ReadonlySet<string>;
  /** Beyond what their guests may have unpaid. */
  readonly beyond: ReadonlySet<string>;
}

export async function insertOrders(
  client: Pick<pg.Pool | pg.PoolClient, 'query'>,
  statement: Statement,
  orders: readonly NewOrder[],
): Promise<Inserted> {
  const { rows } = await client.query<{ id: string; isBeyond: boolean }>({
    ...statement,
    values: [statementInput(orders)],
  });
  const idsOf = (some: typeof rows) => new Set(some.map(({ id }) => id));
  return {
    written: idsOf(rows.filter(({ isBeyond }) => !isBeyond)),
    beyond: idsOf(rows.filter(({ isBeyond }) => isBeyond)),
  };
}

/** The same within a transaction, which `PlacementRefused` and `KeyTaken` must roll back. */
export async function insertOrder(client: pg.PoolClient, order: NewOrder): Promise<void> {
  const statement = hasExtras(order) ? INSERT_WITH_EXTRAS : INSERT_PLAIN;
  const inserted = await insertOrders(client, statement, [order]).catch((error: unknown) => {
    const refusal = refusalOf(error);
    throw refusal === undefined ? error : new PlacementRefused(refusal, order);
  });
  if (inserted.beyond.has(order.order.id)) throw new PlacementRefused('too-many-unpaid', order);
  if (inserted.written.size === 0) throw new KeyTaken();
}

/** By the constraint that the statement violated; undefined for any other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  switch (sqlFailureOf(error)?.constraint) {
    case 'promotion_copy_used':
      return 'promotion-used-up';
    case 'spent_redemption_pkey':
      return 'redemption-spent';
    default:
      return undefined;
  }
}

/** The statement's only parameter. */
function statementInput(orders: readonly NewOrder[]): string {
  return JSON.stringify(
    orders.map((newOrder) => ({
      ...newOrder.order,
      ...newOrder.request,
      takenUnits: newOrder.takenUnits,
      redemptionIds: newOrder.redemptionIds,
      unpaidBounds: newOrder.unpaidBounds,
      lines: newOrder.lines.map(({ promotion, ...line }, position) => ({
        ...line,
        position,
        promotionId: promotion?.id ?? null,
        promotionName: promotion?.name ?? null,
      })),
      guest: guestOf(newOrder),
      events: eventsOf(newOrder).map((event) => outboxRow(SOURCE, event, newOrder.cause)),
    })),
  );
}

function eventsOf(order: NewOrder): NewEvent[] {
  const events = placedEvents(order);
  return order.counter === null ? events : [...events, order.counter.record];
}

/** Null where there is nothing to remember. */
function guestOf({ counter }: NewOrder): OrderGuest | null {
  if (counter === null || (counter.guest.name === null && counter.guest.table === null)) return null;
  return counter.guest;
}
