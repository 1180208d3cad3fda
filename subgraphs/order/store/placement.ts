/**
 * Writes new orders: order, lines, first status, event and idempotency row in one statement, which the key's primary key
 * decides: whoever comes second with it writes nothing. Orders that come while others are being written wait a moment and
 * are written together, so that a rush costs few statements and commits.
 */
import type { Pool } from 'pg';
import type { Cause } from '../../../platform/events/envelope.js';
import { outboxRow } from '../../../platform/events/outbox.js';
import type { RecipeLine } from '../domain/menu.js';
import type { PricedLine } from '../domain/pricing.js';
import { SOURCE, type Transaction } from './database.js';
import type { IdempotentRequest } from './idempotency.js';
import type { OrderRecord } from './records.js';

export interface NewOrder {
  readonly order: OrderRecord;
  readonly lines: readonly PricedLine[];
  readonly requirements: readonly RecipeLine[];
  readonly request: IdempotentRequest;
  readonly cause: Cause;
}

/** Keys are taken in their order, so that two statements with the same keys wait for each other and never in a ring. */
const PLACE = `
  WITH asked AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS asked
      (id uuid, number text, "customerId" uuid, "outletId" uuid, "franchiseId" uuid, total bigint, "preparationSeconds" int,
       "placedAt" timestamptz, scope text, key text, "inputHash" text, lines jsonb, event jsonb)
  ), claimed AS (
    INSERT INTO idempotency (scope, key, input_hash, result_id, created_at)
    SELECT scope, key, "inputHash", id, "placedAt" FROM asked ORDER BY scope, key
    ON CONFLICT DO NOTHING RETURNING result_id AS id
  ), granted AS (
    SELECT asked.* FROM asked JOIN claimed USING (id)
  ), placed AS (
    INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total,
                        preparation_seconds, placed_at)
    SELECT id, number, "customerId", "outletId", "franchiseId", 'PLACED', "placedAt", 1, total, "preparationSeconds", "placedAt"
    FROM granted
  ), lined AS (
    INSERT INTO order_line (order_id, position, menu_item_id, name, quantity, unit_price, subtotal, options, note)
    SELECT granted.id, line.position, line."menuItemId", line.name, line.quantity, line."unitPrice", line.subtotal,
           line.options, line.note
    FROM granted, jsonb_to_recordset(granted.lines) AS line
      (position int, "menuItemId" uuid, name text, quantity int, "unitPrice" bigint, subtotal bigint, options jsonb, note text)
  ), entered AS (
    INSERT INTO order_status_entry (order_id, version, status, at) SELECT id, 1, 'PLACED', "placedAt" FROM granted
  ), told AS (
    INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
    SELECT event.id, event.type, event.version, event.source, event."occurredAt", event."aggregateId",
           event."aggregateVersion", event.data, event.metadata
    FROM granted, jsonb_to_record(granted.event) AS event
      (id uuid, type text, version int, source text, "occurredAt" timestamptz, "aggregateId" text, "aggregateVersion" int,
       data jsonb, metadata jsonb)
  )
  SELECT id FROM claimed`;

const ORDERS_A_STATEMENT = 64;
const STATEMENTS_AT_ONCE = 2;

interface Waiting {
  readonly order: NewOrder;
  resolve(isPlaced: boolean): void;
  reject(error: unknown): void;
}

export class PlacementWriter {
  readonly #pool: Pool;
  readonly #onPlaced: () => void;
  readonly #waiting: Waiting[] = [];
  #running = 0;
  #isScheduled = false;

  /** @param onPlaced called after each commit that wrote events. */
  constructor(pool: Pool, onPlaced: () => void) {
    this.#pool = pool;
    this.#onPlaced = onPlaced;
  }

  /** Resolves once it is durable: true when it was placed, false when its idempotency key was taken. */
  place(order: NewOrder): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ order, resolve, reject });
      this.#schedule();
    });
  }

  /** At the end of the event loop's turn, so that requests which came together go together. */
  #schedule(): void {
    if (this.#isScheduled || this.#running >= STATEMENTS_AT_ONCE) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const batch = this.#waiting.splice(0, ORDERS_A_STATEMENT);
      if (batch.length === 0) return;
      this.#running += 1;
      void this.#write(batch).finally(() => {
        this.#running -= 1;
        this.#schedule();
      });
      this.#schedule();
    });
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const { rows } = await this.#pool.query<{ id: string }>({
        name: 'order-place',
        text: PLACE,
        values: [statementInput(batch.map(({ order }) => order))],
      });
      const placed = new Set(rows.map(({ id }) => id));
      if (placed.size > 0) this.#onPlaced();
      for (const { order, resolve } of batch) resolve(placed.has(order.order.id));
    } catch (error) {
      // One order that the database refuses holds back nothing but itself.
      if (batch.length > 1) for (const waiting of batch) await this.#write([waiting]);
      else for (const { reject } of batch) reject(error);
    }
  }
}

/** The same statement in a transaction; true when it was placed. */
export async function placeWithin(tx: Transaction, order: NewOrder): Promise<boolean> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(PLACE, statementInput([order]));
  return rows.length === 1;
}

function statementInput(orders: readonly NewOrder[]): string {
  return JSON.stringify(
    orders.map(({ order, lines, requirements, request, cause }) => {
      const { id, number, customerId, outletId, franchiseId, total } = order;
      const placedAt = order.placedAt.toISOString();
      const data = {
        ...{ orderId: id, number, customerId, outletId, franchiseId, total, placedAt },
        lines: lines.map(({ menuItemId, name, quantity, subtotal }) => ({
          menuItemId,
          name,
          quantity,
          subtotal,
        })),
        requirements: requirements.map(({ ingredientId, quantity }) => ({ ingredientId, quantity })),
      };
      return {
        ...order,
        ...request,
        lines: lines.map((line, position) => ({ ...line, position })),
        event: outboxRow(SOURCE, { type: 'order.placed', aggregateId: id, aggregateVersion: 1, data }, cause),
      };
    }),
  );
}
