/** `order.placed`: reserves the order's stock, all lines or none, and answers with `stock.reserved` or `stock.rejected`. */
import type { Consumer } from '../../../platform/events/consumer.js';
import { reservationWriter } from '../operations/reserve-stock.js';
import type { ConsumerParts } from './consumer-parts.js';

export const RESERVATIONS = 'stock.reservations';

/** Enough to fill the statements even where each job brings one order. */
const CONCURRENCY = 128;

export function consumer({ database, bus }: ConsumerParts): Consumer {
  const writer = reservationWriter(database, bus, RESERVATIONS);
  return {
    name: RESERVATIONS,
    types: ['order.placed'],
    concurrency: CONCURRENCY,
    async handle(events) {
      const placed = events.filter((event) => event.type === 'order.placed');
      const results = await Promise.allSettled(
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
      // Only now: the job is retried when no request of it is in progress.
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
