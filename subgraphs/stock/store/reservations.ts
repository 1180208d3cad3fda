/**
 * Reservations of stock for orders, by the database's functions `reserve` and `advance_reservations`: one statement per batch,
 * with its ledger, outbox and inbox rows. The statements lock the items, so any number of processes stay correct.
 */
import type { Pool } from 'pg';
import { type Cause, newCause } from '../../../platform/events/envelope.js';
import { keysetOf, type Page } from '../../../platform/kit/paging.js';
import { traceIdOf } from '../../../platform/trace.js';
import type { OrderStep } from '../domain/order-step.js';
import type { Level } from '../domain/records.js';
import { causesByOrder, onlyCause } from './causes.js';
import type { StockDatabase, Transaction } from './database.js';
import { levelsSchema } from './levels.js';

export interface ReservationRequest {
  readonly eventId: string;
  readonly orderId: string;
  readonly outletId: string;
  readonly requirements: readonly { readonly ingredientId: string; readonly quantity: number }[];
  readonly cause: Cause;
}

/** `KNOWN`: the order has been answered before, or ended before it could be. */
export type ReservationOutcome = 'RESERVED' | 'REJECTED' | 'KNOWN';

export interface ReservationStep {
  readonly eventId: string;
  readonly orderId: string;
  readonly outletId: string;
  readonly step: OrderStep;
  /** Of the order. */
  readonly version: number;
  readonly cause: Cause;
}

/** The largest integer of a figure, and more than any item can have. */
const MOST = 2_147_483_647;

/** Answers each request in turn: all its lines are reserved or none. */
export async function insertReservations(
  pool: Pool,
  consumer: string,
  requests: readonly ReservationRequest[],
): Promise<{ outcomes: ReservationOutcome[]; levels: Level[] }> {
  const orders = [...new Map(requests.toReversed().map((request) => [request.orderId, request])).values()];
  orders.reverse();
  const items = new Map<string, { place: number; outletId: string; ingredientId: string }>();
  const lineOrders: number[] = [];
  const lineItems: number[] = [];
  const lineQuantities: number[] = [];
  for (const [index, { outletId, requirements }] of orders.entries()) {
    for (const [ingredientId, quantity] of summed(requirements)) {
      const key = `${outletId} ${ingredientId}`;
      const item = items.get(key) ?? { place: items.size + 1, outletId, ingredientId };
      items.set(key, item);
      lineOrders.push(index + 1);
      lineItems.push(item.place);
      lineQuantities.push(quantity);
    }
  }
  const wanted = [...items.values()];
  const { rows } = await pool.query<{ outcomes: ReservationOutcome[]; levels: unknown }>({
    name: 'reserve',
    text: 'SELECT outcomes, levels FROM reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
    values: [
      consumer,
      requests.map(({ eventId }) => eventId),
      orders.map(({ orderId }) => orderId),
      orders.map(({ outletId }) => outletId),
      orders.map(({ cause }) => traceIdOf(cause.traceparent)),
      orders.map(({ cause }) => cause.correlationId),
      orders.map(({ cause }) => cause.traceparent),
      orders.map(({ cause }) => cause.tracestate ?? null),
      wanted.map(({ outletId }) => outletId),
      wanted.map(({ ingredientId }) => ingredientId),
      lineOrders,
      lineItems,
      lineQuantities,
      causesByOrder(orders),
    ],
  });
  // A repeated order's first request gets the outcome.
  const answered = new Map(orders.map((request, index) => [request, rows[0]?.outcomes[index] ?? 'KNOWN']));
  return {
    outcomes: requests.map((request) => answered.get(request) ?? 'KNOWN'),
    levels: levelsSchema.parse(rows[0]?.levels),
  };
}

/**
 * Advances what orders have reserved, step by step in the order of the versions: a statement, unless an order has several steps in a batch.
 * @param idleEventIds of events without a step, which are consumed with the others. Default: none.
 */
export async function updateReservations(
  pool: Pool,
  consumer: string,
  steps: readonly ReservationStep[],
  idleEventIds: readonly string[] = [],
): Promise<Level[]> {
  const eventIds = [...steps.map(({ eventId }) => eventId), ...idleEventIds];
  const levels = new Map<string, Level>();
  const rounds = roundsOf(steps);
  for (const [index, round] of rounds.entries()) {
    const marked = index === rounds.length - 1 ? eventIds : [];
    for (const level of await updateOnce(pool, consumer, round, marked)) levels.set(level.id, level);
  }
  return [...levels.values()];
}

/** Each has at most one step of an order. At least one round. */
function roundsOf(steps: readonly ReservationStep[]): ReservationStep[][] {
  const rounds: ReservationStep[][] = [[]];
  const next = new Map<string, number>();
  const inOrder = steps.toSorted((one, other) => one.version - other.version);
  for (const step of inOrder) {
    const index = next.get(step.orderId) ?? 0;
    next.set(step.orderId, index + 1);
    const round = rounds[index] ?? [];
    rounds[index] = round;
    round.push(step);
  }
  return rounds;
}

async function updateOnce(
  pool: Pool,
  consumer: string,
  orders: readonly ReservationStep[],
  eventIds: readonly string[],
): Promise<Level[]> {
  const { rows } = await pool.query<{ levels: unknown }>({
    name: 'advance-reservations',
    text: 'SELECT levels FROM advance_reservations($1, $2, $3, $4, $5, $6, $7, $8)',
    values: [
      consumer,
      eventIds,
      orders.map(({ orderId }) => orderId),
      orders.map(({ outletId }) => outletId),
      orders.map(({ step }) => step),
      orders.map(({ version }) => version),
      orders.map(({ cause }) => traceIdOf(cause.traceparent)),
      causesByOrder(orders),
    ],
  });
  return levelsSchema.parse(rows[0]?.levels);
}

/** What lines that are made a second time require. */
export interface Remake extends ReservationRequest {
  /** Of the order. */
  readonly version: number;
}

/**
 * Takes what a remake requires, once for its event.
 * @throws where the order has not been begun, whose event is on the way then.
 */
export async function takeForRemake(
  pool: Pool,
  consumer: string,
  { eventId, orderId, outletId, version, requirements, cause }: Remake,
): Promise<Level[]> {
  const sums = summed(requirements);
  const { rows } = await pool.query<{ levels: unknown }>({
    name: 'take-for-remake',
    text: 'SELECT levels FROM take_for_remake($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    values: [
      ...[consumer, eventId, orderId, outletId, version, traceIdOf(cause.traceparent)],
      ...[[...sums.keys()], [...sums.values()], causesByOrder([{ orderId, cause }])],
    ],
  });
  return levelsSchema.parse(rows[0]?.levels);
}

/** What was drawn for an order and is consumed now. */
export interface ConsumedDraw {
  readonly orderId: string;
  readonly drawn: number;
  /** What was there of it. */
  readonly taken: number;
}

/**
 * Has what is drawn of an item, which the caller has locked, consumed, oldest first: no more than is there. Of what was made a second time nothing
 * comes back where the order is undone. The caller writes the movements.
 */
export async function updateDrawsConsumed(
  tx: Transaction,
  stockItemId: string,
  onHand: number,
): Promise<ConsumedDraw[]> {
  return tx.$queryRaw<ConsumedDraw[]>`
    WITH draw AS (
      SELECT order_id, stock_item_id, drawn_left,
             (least(${onHand}::integer, sum(drawn_left) OVER oldest_first)
               - least(${onHand}::integer, sum(drawn_left) OVER oldest_first - drawn_left))::integer AS taken
      FROM reservation WHERE stock_item_id = ${stockItemId}::uuid AND state = 'DRAWN'
      WINDOW oldest_first AS (ORDER BY drawn_at, order_id)
    )
    UPDATE reservation SET state = 'CONSUMED', drawn_left = 0, consumed = least(draw.taken, quantity - remade)
    FROM draw WHERE reservation.order_id = draw.order_id AND reservation.stock_item_id = draw.stock_item_id
    RETURNING reservation.order_id AS "orderId", draw.drawn_left AS drawn, draw.taken`;
}

/** Ends draws from before that moment which no scale has shown. */
export async function updateLapsedDraws(pool: Pool, before: Date): Promise<Level[]> {
  const { rows } = await pool.query<{ levels: unknown }>({
    name: 'lapse-draws',
    text: 'SELECT levels FROM lapse_draws($1, $2)',
    values: [before, onlyCause(newCause())],
  });
  return levelsSchema.parse(rows[0]?.levels);
}

function summed(requirements: ReservationRequest['requirements']): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { ingredientId, quantity } of requirements) {
    sums.set(ingredientId, Math.min(MOST, (sums.get(ingredientId) ?? 0) + quantity));
  }
  return sums;
}

/** As `findOrdersAtRisk`, of an item that this transaction has locked. */
export async function findOrdersAtRiskOf(
  tx: Transaction,
  stockItemId: string,
  shortfall: number,
): Promise<string[]> {
  if (shortfall === 0) return [];
  const [row] = await tx.$queryRaw<{ ids: string[] }[]>`
    SELECT orders_at_risk(${stockItemId}::uuid, ${shortfall}::integer) AS ids`;
  return row?.ids ?? [];
}

/** An order that an item no longer covers. */
export interface OrderAtRisk {
  /** The order's. */
  readonly id: string;
  readonly quantity: number;
  readonly reservedAt: Date;
}

/** An item of which `shortfall` is missing to what is reserved of it. */
export interface ShortItem {
  readonly id: string;
  readonly shortfall: number;
}

/** The same page for each of the items, which the caller has read: newest order first. */
export async function findOrderAtRiskPages(
  { pool }: StockDatabase,
  items: readonly ShortItem[],
  page: Page,
): Promise<(OrderAtRisk & { readonly stockItemId: string })[]> {
  const { above, below, direction, take } = keysetOf(page, 'desc');
  const { rows } = await pool.query<OrderAtRisk & { readonly stockItemId: string }>(
    `SELECT item.id AS "stockItemId", at_risk.*
     FROM unnest($1::uuid[], $2::integer[]) AS item (id, shortfall), LATERAL (
       SELECT reservation.order_id AS id, quantity, reserved_at AS "reservedAt"
       FROM unnest(orders_at_risk(item.id, item.shortfall)) AS risky (order_id)
       JOIN reservation ON reservation.order_id = risky.order_id AND stock_item_id = item.id AND state = 'RESERVED'
       WHERE ($3::uuid IS NULL OR risky.order_id > $3) AND ($4::uuid IS NULL OR risky.order_id < $4)
       ORDER BY risky.order_id ${direction} LIMIT $5
     ) AS at_risk`,
    [...columnsOf(items), above, below, take],
  );
  return rows;
}

export async function countOrdersAtRisk(
  { pool }: StockDatabase,
  items: readonly ShortItem[],
): Promise<{ readonly id: string; readonly count: number }[]> {
  const { rows } = await pool.query<{ id: string; count: number }>(
    `SELECT id, cardinality(orders_at_risk(id, shortfall)) AS count FROM unnest($1::uuid[], $2::integer[]) AS item (id, shortfall)`,
    columnsOf(items),
  );
  return rows;
}

function columnsOf(items: readonly ShortItem[]): [string[], number[]] {
  return [items.map(({ id }) => id), items.map(({ shortfall }) => shortfall)];
}

/** Orders that the item no longer covers while `shortfall` is missing, newest reservation first. */
export async function findOrdersAtRisk(
  { pool }: StockDatabase,
  stockItemId: string,
  shortfall: number,
): Promise<string[]> {
  if (shortfall === 0) return [];
  const { rows } = await pool.query<{ ids: string[] }>({
    name: 'orders-at-risk',
    text: 'SELECT orders_at_risk($1, $2) AS ids',
    values: [stockItemId, shortfall],
  });
  return rows[0]?.ids ?? [];
}
