/**
 * Promises stock to orders as they are placed. Outlets are spread over a few coalescing writers, each outlet always on the
 * same one: whatever waits for an outlet goes into one statement, and one is under way at a time.
 */
import type { Bus } from '../../../platform/bus/bus.js';
import type { Consumer } from '../../../platform/events/consumer.js';
import { counter } from '../../../platform/metrics.js';
import { CoalescingWriter } from '../store/coalescing-writer.js';
import type { StockDatabase } from '../store/database.js';
import { publishLevels } from '../store/levels.js';
import { type ReservationOutcome, type ReservationRequest, reserve } from '../store/reservations.js';

export const RESERVATIONS = 'stock.reservations';

const LANES = 4;
/** Half of what is in flight at full load: while one half is written the other half gathers. */
const MAXIMUM_BATCH = 250;
/** Enough to fill the statements even where each job brings one order. */
const JOBS_AT_ONCE = 128;

const answered = counter('kedai_stock_orders_answered_total', 'Orders that stock has answered', ['outcome']);

export interface ReservationWriter {
  /** Resolves with the answer once it is durable. */
  reserve(request: ReservationRequest): Promise<ReservationOutcome>;
}

export function reservationWriter(database: StockDatabase, bus: Bus): ReservationWriter {
  const lanes = Array.from(
    { length: LANES },
    () =>
      new CoalescingWriter<ReservationRequest, ReservationOutcome>({
        maximumBatch: MAXIMUM_BATCH,
        async write(requests) {
          const { outcomes, levels } = await reserve(database.pool, RESERVATIONS, requests);
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

export function reservations(writer: ReservationWriter): Consumer {
  return {
    name: RESERVATIONS,
    types: ['order.placed'],
    concurrency: JOBS_AT_ONCE,
    async handle(events) {
      const placed = events.filter((event) => event.type === 'order.placed');
      await allSettled(
        placed.map(({ id, data, metadata }) =>
          writer.reserve({
            eventId: id,
            orderId: data.orderId,
            outletId: data.outletId,
            requirements: data.requirements,
            cause: metadata,
          }),
        ),
      );
    },
  };
}

/** Lets every request come to its end before the first failure counts. */
async function allSettled(requests: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(requests)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
