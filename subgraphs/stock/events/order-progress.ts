import type { Consumer } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import { isSteppingEvent, STEPPING_EVENTS, stepOf } from '../domain/order-step.js';
import { publishLevels } from '../published.js';
import { type ReservationStep, updateReservations } from '../store/reservations.js';
import type { ConsumerParts } from './consumer-parts.js';

const NAME = 'stock.order-progress';

export function consumer({ database, bus }: ConsumerParts): Consumer {
  return {
    name: NAME,
    types: STEPPING_EVENTS,
    async handle(events) {
      const idle = events.filter((event) => stepsOf(event).length === 0).map(({ id }) => id);
      const levels = await updateReservations(database.pool, NAME, events.flatMap(stepsOf), idle);
      database.wakeRelay();
      publishLevels(bus, levels);
    },
  };
}

function stepsOf(event: AnyEvent): ReservationStep[] {
  if (!isSteppingEvent(event.type) || !('outletId' in event.data) || !('orderId' in event.data)) return [];
  // The other steps of the kitchen move no stock.
  if (event.type === 'order.step-undone' && event.data.undone !== 'PREPARING') return [];
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
