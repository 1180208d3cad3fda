/** Keeps what stock says of limited items, so that who comes too late is told at once, without a write. It hints, and never promises. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import { copyLimitedAvailability } from '../store/copies.js';
import type { OrderDatabase, OrderWork } from '../store/database.js';

export function soldOutHint(database: OrderDatabase, log: Log): Consumer {
  const name = 'order.sold-out-hint';
  return {
    name,
    types: ['stock.limited-availability-changed'],
    handle: idempotent(database, name, copy, log),
  };
}

async function copy(event: AnyEvent, work: OrderWork): Promise<void> {
  if (event.type === 'stock.limited-availability-changed') await copyLimitedAvailability(work, event);
}
