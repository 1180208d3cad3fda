/** How units place an order before orders have pickup times: the statement as it was in that release, for tests of migrations. */
import type pg from 'pg';
import { outboxRow } from '../platform/events/outbox.js';
import { placedEvents } from '../subgraphs/order/published.js';
import type { NewOrder } from '../subgraphs/order/store/insert-orders.js';

const PLACE_AS_BEFORE = `
  WITH submitted AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS submitted
      (id uuid, number text, "customerId" uuid, "outletId" uuid, "franchiseId" uuid, total bigint, "rewardDiscount" bigint,
       "preparationSeconds" int, "placedAt" timestamptz, scope text, key text, "inputHash" text, lines jsonb, events jsonb,
       "takenUnits" jsonb, "redemptionIds" jsonb)
  ), claimed AS (
    INSERT INTO idempotency (scope, key, input_hash, result_id, created_at)
    SELECT scope, key, "inputHash", id, "placedAt" FROM submitted ORDER BY scope, key
    ON CONFLICT DO NOTHING RETURNING result_id AS id
  ), granted AS (
    SELECT submitted.* FROM submitted JOIN claimed USING (id)
  ), placed AS (
    INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total,
                        reward_discount, preparation_seconds, placed_at)
    SELECT granted.id, number, CASE WHEN "customerId"::text = split_part(scope, ':', 1) THEN "customerId" END, "outletId",
           outlet.franchise_id, 'PLACED', "placedAt", 1, total, "rewardDiscount", "preparationSeconds", "placedAt"
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
  ), needed AS MATERIALIZED (
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
  )
  SELECT id FROM claimed`;

export async function placeAsBefore(client: pg.PoolClient, placed: NewOrder): Promise<void> {
  const { order, request, takenUnits, redemptionIds, lines, cause } = placed;
  const input = {
    ...{ ...order, ...request, takenUnits, redemptionIds },
    lines: lines.map(({ promotion, ...line }, position) => ({
      ...{ ...line, position, promotionId: promotion?.id ?? null, promotionName: promotion?.name ?? null },
    })),
    events: placedEvents(placed).map((event) => outboxRow('order', event, cause)),
  };
  await client.query(PLACE_AS_BEFORE, [JSON.stringify([input])]);
}
