/** Follows orders after they were placed: what was reserved is taken when preparing starts, and free again when an order ends. */
import type { Bus } from '../../../platform/bus/bus.js';
import type { Consumer } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import { isStepping, STEPPING_EVENTS, stepOf } from '../domain/order-step.js';
import type { StockDatabase } from '../store/database.js';
import { publishLevels } from '../store/levels.js';
import { advanceReservations, type ReservationStep } from '../store/reservations.js';

export function orderProgress(database: StockDatabase, bus: Bus): Consumer {
  const name = 'stock.order-progress';
  return {
    name,
    types: STEPPING_EVENTS,
    async handle(events) {
      const steps = events.flatMap(stepsOf);
      const levels = await advanceReservations(database.pool, name, steps);
      database.wakeRelay();
      publishLevels(bus, levels);
    },
  };
}

function stepsOf(event: AnyEvent): ReservationStep[] {
  if (!isStepping(event.type) || !('outletId' in event.data) || !('orderId' in event.data)) return [];
  const { orderId, outletId } = event.data;
  return [
    {
      eventId: event.id,
      orderId,
      outletId,
      step: stepOf(event.type),
      version: event.aggregateVersion,
      cause: event.metadata,
    },
  ];
}
