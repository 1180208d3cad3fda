/** What was reserved is taken when preparing starts (`order.preparing`) and released when the order ends before that. */
import type { Bus } from '../../../platform/bus/bus.js';
import type { Consumer } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import { isSteppingEvent, STEPPING_EVENTS, stepOf } from '../domain/order-step.js';
import { publishLevels } from '../published.js';
import type { OwnStockDatabase } from '../store/database.js';
import { type ReservationStep, updateReservations } from '../store/reservations.js';

const NAME = 'stock.order-progress';

export function orderProgress(database: OwnStockDatabase, bus: Bus): Consumer {
  return {
    name: NAME,
    types: STEPPING_EVENTS,
    async handle(events) {
      const levels = await updateReservations(database.pool, NAME, events.flatMap(stepsOf));
      database.wakeRelay();
      publishLevels(bus, levels);
    },
  };
}

function stepsOf(event: AnyEvent): ReservationStep[] {
  if (!isSteppingEvent(event.type) || !('outletId' in event.data) || !('orderId' in event.data)) return [];
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
