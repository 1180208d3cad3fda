/** The past in the stock subgraph: promises, the ledger, waste, orders to suppliers and deliveries. Levels stay what they were where a scale says them. */
import type pg from 'pg';
import { movementIdOfWaste } from '../../../subgraphs/stock/domain/waste-ids.js';
import { HEAD_OFFICE_ID } from '../chain.js';
import { SEED_TIME } from '../ids.js';
import type { PastCount } from './opening-counts.js';
import type { PastPurchase } from './purchases.js';
import type { PastUse } from './stock.js';

export const STOCK_TABLES = ['stock_movement', 'order_promise', 'reservation'] as const;

const BOOT_ID = 'past';
/** An hour after outlets opened, before all that reports of the past span. */
const COUNTED_AT = new Date(SEED_TIME.getTime() + 3_600_000).toISOString();

/** Moves the figures once, by what all of it comes to. */
const LEDGER = `
  WITH need AS (
    SELECT need.*, item.franchise_id, item.outlet_id, shelf.id AS shelf_id
    FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::integer[], $5::integer[], $6::integer[], $7::timestamptz[], $8::timestamptz[])
      AS need (order_id, item_id, quantity, delta, grams, seq, promised_at, made_at)
    JOIN stock_item AS item ON item.id = need.item_id LEFT JOIN shelf ON shelf.stock_item_id = item.id
  ), change AS (
    SELECT need.item_id, franchise_id, outlet_id, row.figure, row.delta, row.kind, row.at, need.order_id AS trace_id,
           CASE WHEN row.is_weighed THEN NULL ELSE need.order_id END AS order_id, CASE WHEN row.is_weighed THEN shelf_id END AS shelf_id,
           CASE WHEN row.is_weighed THEN need.seq END AS seq, CASE WHEN row.is_weighed THEN need.grams END AS grams,
           NULL::uuid AS delivery_id, NULL::uuid AS person_id, NULL AS reason, NULL::uuid AS id
    FROM need, LATERAL (VALUES
      ('RESERVED', quantity, 'RESERVATION', promised_at, false),
      ('RESERVED', -quantity, CASE WHEN shelf_id IS NULL THEN 'CONSUMPTION' ELSE 'DRAW' END, made_at, false),
      (CASE WHEN shelf_id IS NULL THEN 'ON_HAND' ELSE 'DRAWN' END, CASE WHEN shelf_id IS NULL THEN -quantity ELSE quantity END,
        CASE WHEN shelf_id IS NULL THEN 'CONSUMPTION' ELSE 'DRAW' END, made_at, false),
      ('ON_HAND', need.delta, 'READING', made_at + interval '25 seconds', true),
      ('DRAWN', -quantity, 'DRAW_SETTLED', made_at + interval '25 seconds', true)
    ) AS row (figure, delta, kind, at, is_weighed)
    WHERE NOT row.is_weighed OR shelf_id IS NOT NULL
    UNION ALL
    SELECT item.id, item.franchise_id, item.outlet_id, 'ON_HAND', other.delta, other.kind, other.at, gen_random_uuid(), NULL,
           CASE WHEN other.kind = 'READING' THEN shelf.id END, other.seq, other.grams, other."deliveryId", other."personId", other.reason,
           other.id
    FROM jsonb_to_recordset($9) AS other (id uuid, item uuid, delta integer, kind text, at timestamptz, seq integer, grams integer, "deliveryId" uuid,
      "personId" uuid, reason text)
    JOIN stock_item AS item ON item.id = other.item LEFT JOIN shelf ON shelf.stock_item_id = item.id
  )
  INSERT INTO stock_movement (id, stock_item_id, franchise_id, outlet_id, figure, delta, kind, at, trace_id, order_id, shelf_id, boot_id, seq,
    grams, delivery_id, person_id, reason)
  SELECT coalesce(id, uuidv7(at - clock_timestamp())), item_id, franchise_id, outlet_id, figure::"StockFigure", delta, kind::"StockMovementKind", at, trace_id,
    order_id, shelf_id, CASE WHEN shelf_id IS NOT NULL THEN '${BOOT_ID}' END, seq, grams, delivery_id, person_id, reason
  FROM (SELECT * FROM change ORDER BY at) AS change`;

export async function loadStock(
  client: pg.Client,
  uses: readonly PastUse[],
  purchases: readonly PastPurchase[],
  counts: readonly PastCount[],
): Promise<void> {
  const needs = uses.flatMap((use) => use.needs);
  const orders = [...new Set(needs.map(({ order }) => order))];
  await client.query(
    `INSERT INTO order_promise (order_id, outlet_id, state, created_at, step_version)
     SELECT order_id, outlet_id, 'TAKEN', at, 4 FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS promise (order_id, outlet_id, at)`,
    [
      orders.map(({ id }) => id),
      orders.map(({ outlet }) => outlet.id),
      orders.map(({ awaitingAt }) => time(awaitingAt)),
    ],
  );
  const ofNeeds = [
    needs.map(({ order }) => order.id),
    needs.map(({ item }) => item.id),
    needs.map(({ quantity }) => quantity),
  ];
  await client.query(
    `INSERT INTO reservation (order_id, stock_item_id, franchise_id, outlet_id, quantity, state, reserved_at, drawn_at, consumed)
     SELECT order_id, item.id, item.franchise_id, item.outlet_id, quantity,
       CASE tracking WHEN 'SHELF' THEN 'SETTLED' ELSE 'CONSUMED' END::"ReservationState", promised_at,
       CASE tracking WHEN 'SHELF' THEN made_at END, CASE tracking WHEN 'SHELF' THEN 0 ELSE quantity END
     FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::timestamptz[], $5::timestamptz[])
       AS need (order_id, item_id, quantity, promised_at, made_at)
     JOIN stock_item AS item ON item.id = need.item_id`,
    [
      ...ofNeeds,
      needs.map(({ order }) => time(order.awaitingAt)),
      needs.map(({ order }) => time(order.preparingAt)),
    ],
  );
  await loadPurchases(client, purchases);
  const wastes = uses.flatMap((use) => use.wastes);
  await client.query(
    `INSERT INTO waste (id, franchise_id, outlet_id, stock_item_id, quantity, reason, made_by, made_at)
     SELECT row.id, item.franchise_id, item.outlet_id, item.id, quantity, reason, "madeBy", at
     FROM jsonb_to_recordset($1) AS row (id uuid, item uuid, quantity integer, reason text, "madeBy" uuid, at timestamptz)
     JOIN stock_item AS item ON item.id = row.item`,
    [JSON.stringify(wastes.map(({ item, at, ...waste }) => ({ ...waste, item: item.id, at: time(at) })))],
  );
  await client.query(LEDGER, [
    ...ofNeeds,
    needs.map(({ weighed }) => weighed?.delta ?? null),
    needs.map(({ weighed }) => weighed?.grams ?? null),
    needs.map(({ weighed }) => weighed?.seq ?? null),
    needs.map(({ order }) => time(order.awaitingAt)),
    needs.map(({ order }) => time(order.preparingAt)),
    JSON.stringify(otherMovements(uses, purchases, counts)),
  ]);
}

/** Of no order. */
function otherMovements(
  uses: readonly PastUse[],
  purchases: readonly PastPurchase[],
  counts: readonly PastCount[],
): object[] {
  const readings = uses.flatMap((use) => use.readings);
  const wastes = uses.flatMap((use) => use.wastes);
  return [
    ...counts.map(({ item, delta }) => ({
      ...{ item: item.id, delta, kind: 'COUNT', at: COUNTED_AT, personId: HEAD_OFFICE_ID },
      reason: 'Dihitung saat buka',
    })),
    ...readings.map(({ item, delta, grams, seq, at }) => ({
      ...{ item: item.id, delta, kind: 'READING', at: time(at), seq, grams },
    })),
    // Of what is weighed, deliveries and waste are recorded alone: the scale says the rest.
    ...wastes.map(({ id, item, quantity, at, madeBy, reason }) => ({
      ...{
        id: movementIdOfWaste(id),
        item: item.id,
        delta: item.shelf === null ? -quantity : 0,
        kind: 'WASTE',
        at: time(at),
      },
      ...{ personId: madeBy, reason },
    })),
    ...purchases.flatMap(({ delivery, lines }) =>
      delivery === null
        ? []
        : received(lines).map(({ item, received: quantity }) => ({
            ...{ item: item.id, delta: item.shelf === null ? quantity : 0, kind: 'DELIVERY' },
            ...{ at: time(delivery.at), deliveryId: delivery.id },
          })),
    ),
  ];
}

async function loadPurchases(client: pg.Client, purchases: readonly PastPurchase[]): Promise<void> {
  const rows = purchases.map(({ outlet, supplier, lines, delivery, madeAt, expectedOn, ...purchase }) => ({
    ...{
      ...purchase,
      outletId: outlet.id,
      franchiseId: outlet.franchiseId,
      supplierId: supplier.id,
      supplier: supplier.name,
    },
    ...{ madeAt: time(madeAt), expectedOn, isShort: delivery?.isShort ?? false },
    ...{ deliveryId: delivery?.id ?? null, deliveredAt: delivery === null ? null : time(delivery.at) },
    lines: lines.map(({ item, packSize, packPrice, packs, received: quantity }, position) => ({
      ...{ position, item: item.id, packSize, packPrice, packs, received: quantity },
    })),
    delivered: received(lines).map(({ item, packSize, packs, received: quantity, bestBefore }, position) => ({
      ...{ position, item: item.id, quantity, bestBefore, outstanding: packs * packSize },
    })),
  }));
  await client.query(
    `INSERT INTO purchase_order (id, franchise_id, outlet_id, supplier_id, status, total, expected_on, made_by, made_at, approved_by, approved_at,
       sent_at, ended_at, is_closed_short, version)
     SELECT id, "franchiseId", "outletId", "supplierId", CASE WHEN "deliveredAt" IS NULL THEN 'SENT' ELSE 'RECEIVED' END::"PurchaseOrderStatus",
       total, "expectedOn", $2, "madeAt", $2, "madeAt" + interval '5 minutes', "madeAt" + interval '6 minutes', "deliveredAt", "isShort",
       CASE WHEN "deliveredAt" IS NULL THEN 3 ELSE 4 END
     FROM jsonb_to_recordset($1) AS row (id uuid, "franchiseId" uuid, "outletId" uuid, "supplierId" uuid, total bigint, "expectedOn" date,
       "madeAt" timestamptz, "deliveredAt" timestamptz, "isShort" boolean)
     ORDER BY "madeAt"`,
    [JSON.stringify(rows), HEAD_OFFICE_ID],
  );
  await client.query(
    `INSERT INTO purchase_order_line (purchase_order_id, position, franchise_id, outlet_id, stock_item_id, pack_size, pack_price, packs, received)
     SELECT row.id, line.position, "franchiseId", "outletId", line.item, "packSize", "packPrice", packs, received
     FROM jsonb_to_recordset($1) AS row (id uuid, "franchiseId" uuid, "outletId" uuid, lines jsonb),
       jsonb_to_recordset(lines) AS line (position integer, item uuid, "packSize" integer, "packPrice" integer, packs integer, received integer)`,
    [JSON.stringify(rows)],
  );
  const came = rows.filter(({ deliveryId }) => deliveryId !== null);
  await client.query(
    `INSERT INTO delivery (id, franchise_id, outlet_id, supplier, received_by, received_at, purchase_order_id)
     SELECT "deliveryId", "franchiseId", "outletId", supplier, $2, "deliveredAt", id
     FROM jsonb_to_recordset($1) AS row (id uuid, "deliveryId" uuid, "franchiseId" uuid, "outletId" uuid, supplier text,
       "deliveredAt" timestamptz)`,
    [JSON.stringify(came), HEAD_OFFICE_ID],
  );
  await client.query(
    `INSERT INTO delivery_line (delivery_id, position, franchise_id, outlet_id, stock_item_id, quantity, best_before, outstanding)
     SELECT "deliveryId", line.position, "franchiseId", "outletId", line.item, line.quantity, line."bestBefore", line.outstanding
     FROM jsonb_to_recordset($1) AS row ("deliveryId" uuid, "franchiseId" uuid, "outletId" uuid, delivered jsonb),
       jsonb_to_recordset(delivered) AS line (position integer, item uuid, quantity integer, "bestBefore" date, outstanding integer)`,
    [JSON.stringify(came)],
  );
  await countLevelsAgain(client);
}

/** Histories may have been counted without the past, whose movements are older than all that is counted: they are counted from the beginning. */
async function countLevelsAgain(client: pg.Client): Promise<void> {
  // First, so that nobody counts meanwhile.
  await client.query(`UPDATE level_roll_up SET counted_until = 'epoch'`);
  for (const table of ['level_mark', 'level_five_minutes', 'level_hour', 'level_day'])
    await client.query(`DELETE FROM ${table}`);
}

/** Lines of which anything came. */
function received(lines: PastPurchase['lines']): PastPurchase['lines'] {
  return lines.filter((line) => line.received > 0);
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
