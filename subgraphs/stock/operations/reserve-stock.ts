/**
 * Reserves stock for orders in batches. Each outlet belongs to one of a few lanes; a lane has one statement in progress, and
 * the requests that arrive meanwhile form the next one.
 */
import type { Bus } from '../../../platform/bus/bus.js';
import { CoalescingWriter } from '../../../platform/kit/coalescing-writer.js';
import { counter } from '../../../platform/metrics.js';
import { publishLevels } from '../published.js';
import type { OwnStockDatabase } from '../store/database.js';
import {
  insertReservations,
  type ReservationOutcome,
  type ReservationRequest,
} from '../store/reservations.js';

const LANES = 4;
/** Half of what is in flight at full load: while one half is written the other gathers. */
const MAXIMUM_BATCH = 250;

const answered = counter('kedai_stock_orders_answered_total', 'Orders that stock has answered', ['outcome']);

export interface ReservationWriter {
  /** Resolves with the outcome once it is durable. */
  reserve(request: ReservationRequest): Promise<ReservationOutcome>;
}

/** @param consumer the name under which the orders' events are marked as consumed. */
export function reservationWriter(database: OwnStockDatabase, bus: Bus, consumer: string): ReservationWriter {
  const lanes = Array.from(
    { length: LANES },
    () =>
      new CoalescingWriter<ReservationRequest, ReservationOutcome>({
        maximumBatch: MAXIMUM_BATCH,
        async write(requests) {
          const { outcomes, levels } = await insertReservations(database.pool, consumer, requests);
          database.wakeRelay();
          publishLevels(bus, levels);
          for (const outcome of outcomes) answered.inc({ outcome: outcome.toLowerCase() });
          return outcomes;
        },
      }),
  );
  return {
    reserve(request) {
      const lane = lanes[Number.parseInt(request.outletId.slice(-4), 16) % LANES] ?? lanes[0];
      if (lane === undefined) throw new Error('There is no lane');
      return lane.write(request);
    },
  };
}
