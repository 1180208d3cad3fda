/**
 * The statement that writes new orders: order, lines, first status, events and idempotency row. Whoever comes second with a
 * key writes nothing. Orders that take pieces of a limited promotion or spend redemptions are written by a longer variant,
 * which counts the pieces and notes the redemptions; a CHECK and a primary key refuse what is no longer there.
 */
import type { Cause, NewEvent } from '../../../platform/events/envelope.js';
import { outboxRow } from '../../../platform/events/outbox.js';
import type { RecipeLine } from '../domain/menu.js';
import type { PricedLine } from '../domain/pricing.js';
import type { TakenPieces } from '../domain/promotion.js';
import { SOURCE } from './database.js';
import type { IdempotentRequest } from './idempotency.js';
import type { OrderRecord } from './records.js';

export interface NewOrder {
  readonly order: OrderRecord;
  readonly lines: readonly PricedLine[];
  readonly requirements: readonly RecipeLine[];
  readonly takenPieces: readonly TakenPieces[];
  readonly redemptionIds: readonly string[];
  readonly request: IdempotentRequest;
  readonly cause: Cause;
}

/** Why the database refused an order that seemed right: another was faster. */
export type Refusal = 'promotion-used-up' | 'redemption-spent';

/** Keys, promotions and redemptions are taken in their order, so that statements wait for each other and never in a ring. */
const CORE = `
  WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS asked
      (id uuid, number text, "customerId" uuid, "outletId" uuid, "franchiseId" uuid, total bigint, "rewardDiscount" bigint,
       "preparationSeconds" int, "placedAt" timestamptz, scope text, key text, "inputHash" text, lines jsonb, events jsonb,
       "takenPieces" jsonb, "redemptionIds" jsonb)
  ), claimed AS (
    INSERT INTO idempotency (scope, key, input_hash, result_id, created_at)
    SELECT scope, key, "inputHash", id, "placedAt" FROM asked ORDER BY scope, key
    ON CONFLICT DO NOTHING RETURNING result_id AS id
  ), granted AS (
    SELECT asked.* FROM asked JOIN claimed USING (id)
  ), placed AS (
    INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total,
                        reward_discount, preparation_seconds, placed_at)
    SELECT id, number, "customerId", "outletId", "franchiseId", 'PLACED', "placedAt", 1, total,
           "rewardDiscount", "preparationSeconds", "placedAt"
    FROM granted
  ), lined AS (
    INSERT INTO order_line (order_id, position, menu_item_id, name, quantity, unit_price, discount, promotion_id,
                            promotion_name, subtotal, options, note)
    SELECT granted.id, line.position, line."menuItemId", line.name, line.quantity, line."unitPrice", line.discount,
           line."promotionId", line."promotionName", line.subtotal, line.options, line.note
    FROM granted, jsonb_to_recordset(granted.lines) AS line
      (position int, "menuItemId" uuid, name text, quantity int, "unitPrice" bigint, discount bigint, "promotionId" uuid,
       "promotionName" text, subtotal bigint, options jsonb, note text)
  ), entered AS (
    INSERT INTO order_status_entry (order_id, version, status, at) SELECT id, 1, 'PLACED', "placedAt" FROM granted
  ), told AS (
    INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
    SELECT event.id, event.type, event.version, event.source, event."occurredAt", event."aggregateId",
           event."aggregateVersion", event.data, event.metadata
    FROM granted, jsonb_to_recordset(granted.events) AS event
      (id uuid, type text, version int, source text, "occurredAt" timestamptz, "aggregateId" text, "aggregateVersion" int,
       data jsonb, metadata jsonb)
  )`;

const DISCOUNTS = `, wanted AS MATERIALIZED (
    SELECT taken."promotionId" AS id, sum(taken.pieces)::int AS pieces
    FROM granted, jsonb_to_recordset(granted."takenPieces") AS taken ("promotionId" uuid, pieces int) GROUP BY 1
  ), locked AS MATERIALIZED (
    SELECT id FROM promotion_copy WHERE id IN (SELECT id FROM wanted) ORDER BY id FOR UPDATE
  ), counted AS (
    UPDATE promotion_copy SET used = used + wanted.pieces, version = version + 1
    FROM wanted JOIN locked USING (id) WHERE promotion_copy.id = wanted.id
  ), spent AS (
    INSERT INTO order_reward (redemption_id, order_id)
    SELECT redemption::uuid, granted.id FROM granted, jsonb_array_elements_text(granted."redemptionIds") AS redemption
    ORDER BY 1
  )`;

const PLACED_IDS = 'SELECT id FROM claimed';

export const PLACE = `${CORE} ${PLACED_IDS}`;
export const PLACE_DISCOUNTED = `${CORE} ${DISCOUNTS} ${PLACED_IDS}`;

/** Whether the longer variant must write it. */
export function isDiscounted({ takenPieces, redemptionIds }: NewOrder): boolean {
  return takenPieces.length > 0 || redemptionIds.length > 0;
}

/** The statement's only parameter. */
export function statementInput(orders: readonly NewOrder[]): string {
  return JSON.stringify(
    orders.map(({ order, lines, request, takenPieces, redemptionIds, ...rest }) => ({
      ...order,
      ...request,
      takenPieces,
      redemptionIds,
      lines: lines.map(({ promotion, ...line }, position) => ({
        ...line,
        position,
        promotionId: promotion?.id ?? null,
        promotionName: promotion?.name ?? null,
      })),
      events: eventsOf({ order, lines, request, takenPieces, redemptionIds, ...rest }),
    })),
  );
}

function eventsOf({ order, lines, requirements, redemptionIds, cause }: NewOrder) {
  const { id, number, customerId, outletId, franchiseId, total } = order;
  const placed: NewEvent = {
    type: 'order.placed',
    aggregateId: id,
    aggregateVersion: 1,
    data: {
      ...{ orderId: id, number, customerId, outletId, franchiseId, total },
      placedAt: order.placedAt.toISOString(),
      lines: lines.map(({ menuItemId, name, quantity, subtotal }) => ({
        ...{ menuItemId, name, quantity, subtotal },
      })),
      requirements: requirements.map(({ ingredientId, quantity }) => ({ ingredientId, quantity })),
    },
  };
  const applied = redemptionIds.map((redemptionId): NewEvent => {
    const data = { redemptionId, orderId: id, customerId };
    return { type: 'order.reward-applied', aggregateId: redemptionId, aggregateVersion: 1, data };
  });
  return [placed, ...applied].map((event) => outboxRow(SOURCE, event, cause));
}

/** Of an error of the longer variant, whether `pg` or Prisma throws it; undefined for anything else. */
export function refusalOf(error: unknown): Refusal | undefined {
  const words = String(error);
  if (words.includes('promotion_copy_used')) return 'promotion-used-up';
  if (words.includes('order_reward_pkey')) return 'redemption-spent';
  return undefined;
}
