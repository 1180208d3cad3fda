/** Makes who places an order a guest of its outlet on `order.placed`: staff there see whom they serve. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { AnyEvent, DomainEvent } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import type { OwnCustomerDatabase } from '../store/database.js';
import { insertGuests } from '../store/guests.js';

export function guests(database: OwnCustomerDatabase, log: Log): Consumer {
  const name = 'customer.guests';
  return {
    name,
    types: ['order.placed'],
    handle: idempotentBatch(
      database,
      name,
      (events, { tx }) =>
        insertGuests(
          tx,
          events.filter(isPlaced).map(({ data }) => data),
        ),
      log,
    ),
  };
}

function isPlaced(event: AnyEvent): event is DomainEvent<'order.placed'> {
  return event.type === 'order.placed';
}
