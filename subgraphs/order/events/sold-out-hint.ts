/** Copies stock's hint that a limited item is sold out, so that late orders are refused without a write. It decides nothing. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { OrderWork } from '../store/database.js';
import { upsertLimitedAvailability } from '../store/menu-copies.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'order.sold-out-hint';
  return {
    name,
    types: ['stock.limited-availability-changed'],
    handle: idempotent(database, name, upsert, log),
  };
}

async function upsert(event: AnyEvent, work: OrderWork): Promise<void> {
  if (event.type === 'stock.limited-availability-changed') await upsertLimitedAvailability(work, event);
}
