/**
 * Promises stock to orders and moves the promises on, by the database's `reserve` and `advance_reservations`: one statement a
 * batch, with its ledger, outbox and inbox rows. Several processes stay correct, for the statements lock the items.
 */
import type { Pool } from 'pg';
import type { Cause } from '../../../platform/events/envelope.js';
import { traceIdOf } from '../../../platform/trace.js';
import type { OrderStep } from '../domain/order-step.js';
import { type Level, levelsSchema } from './levels.js';

export interface ReservationRequest {
  readonly eventId: string;
  readonly orderId: string;
  readonly outletId: string;
  readonly requirements: readonly { readonly ingredientId: string; readonly quantity: number }[];
  readonly cause: Cause;
}

/** `KNOWN`: the order was answered before, or ended before it could be. */
export type ReservationOutcome = 'RESERVED' | 'REJECTED' | 'KNOWN';

export interface ReservationStep {
  readonly eventId: string;
  readonly orderId: string;
  readonly outletId: string;
  /** TAKE when preparing starts, RELEASE when the order ends before. */
  readonly step: OrderStep;
  readonly version: number;
  readonly cause: Cause;
}

/** More than any item can hold, and as much as a figure can. */
const MOST = 2_147_483_647;

/** Answers each request in turn: all its lines or none. */
export async function reserve(
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
    text: 'SELECT outcomes, levels FROM reserve($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)',
    values: [
      consumer,
      requests.map(({ eventId }) => eventId),
      orders.map(({ orderId }) => orderId),
      orders.map(({ outletId }) => outletId),
      orders.map(({ cause }) => traceIdOf(cause.traceparent)),
      orders.map(({ cause }) => cause.correlationId),
      orders.map(({ cause }) => cause.traceparent),
      wanted.map(({ outletId }) => outletId),
      wanted.map(({ ingredientId }) => ingredientId),
      lineOrders,
      lineItems,
      lineQuantities,
    ],
  });
  const answered = new Map(
    orders.map(({ orderId }, index) => [orderId, rows[0]?.outcomes[index] ?? 'KNOWN']),
  );
  return {
    outcomes: requests.map((request) => {
      const isFirst = orders.includes(request);
      return isFirst ? (answered.get(request.orderId) ?? 'KNOWN') : 'KNOWN';
    }),
    levels: levelsSchema.parse(rows[0]?.levels),
  };
}

/** Moves promises on. Of one order's steps in a batch the one that happened first decides. */
export async function advanceReservations(
  pool: Pool,
  consumer: string,
  steps: readonly ReservationStep[],
): Promise<Level[]> {
  const first = new Map<string, ReservationStep>();
  for (const step of steps) {
    const known = first.get(step.orderId);
    if (known === undefined || step.version < known.version) first.set(step.orderId, step);
  }
  const orders = [...first.values()];
  const { rows } = await pool.query<{ levels: unknown }>({
    name: 'advance-reservations',
    text: 'SELECT levels FROM advance_reservations($1, $2, $3, $4, $5, $6, $7)',
    values: [
      consumer,
      steps.map(({ eventId }) => eventId),
      orders.map(({ orderId }) => orderId),
      orders.map(({ outletId }) => outletId),
      orders.map(({ step }) => step),
      orders.map(({ version }) => version),
      orders.map(({ cause }) => traceIdOf(cause.traceparent)),
    ],
  });
  return levelsSchema.parse(rows[0]?.levels);
}

/** Lets what was drawn longer ago and never shown by a scale lapse. */
export async function lapseDraws(pool: Pool, before: Date): Promise<Level[]> {
  const { rows } = await pool.query<{ levels: unknown }>({
    name: 'lapse-draws',
    text: 'SELECT levels FROM lapse_draws($1)',
    values: [before],
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
