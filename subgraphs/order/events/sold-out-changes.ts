/** Records when items ran out at outlets and came back: by stock, and by staff's hand. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import type { OrderWork } from '../store/database.js';
import { insertSoldOutChange } from '../store/sold-out-changes.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'order.sold-out-changes';
  return {
    name,
    types: ['stock.sold-out-changed', 'hand-availability.changed'],
    handle: idempotent(database, name, record, log),
  };
}

async function record(event: AnyEvent, { tx }: OrderWork): Promise<void> {
  const version = event.aggregateVersion;
  if (event.type === 'stock.sold-out-changed') {
    const { at, ...change } = event.data;
    await insertSoldOutChange(tx, { ...change, source: 'STOCK', version, at: new Date(at), until: null });
  } else if (event.type === 'hand-availability.changed') {
    const { outletId, menuItemId, subjectId, isAvailable, until } = event.data;
    // An option that was taken off leaves its item.
    if (subjectId !== menuItemId) return;
    await insertSoldOutChange(tx, {
      ...{ outletId, menuItemId, source: 'STAFF', version, isSoldOut: !isAvailable },
      at: new Date(event.occurredAt),
      until: until === null ? null : new Date(until),
    });
  }
}
