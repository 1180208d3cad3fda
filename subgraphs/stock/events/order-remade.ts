import type { Consumer } from '../../../platform/events/consumer.js';
import { publishLevels } from '../published.js';
import { takeForRemake } from '../store/reservations.js';
import type { ConsumerParts } from './consumer-parts.js';

const NAME = 'stock.remakes';

export function consumer({ database, bus }: ConsumerParts): Consumer {
  return {
    name: NAME,
    types: ['order.lines-remade'],
    async handle(events) {
      for (const event of events) {
        if (event.type !== 'order.lines-remade') continue;
        const { id: eventId, aggregateVersion: version, metadata: cause, data } = event;
        const { orderId, outletId, requirements } = data;
        const remake = { eventId, orderId, outletId, version, requirements, cause };
        const levels = await takeForRemake(database.pool, NAME, remake);
        database.wakeRelay();
        publishLevels(bus, levels);
      }
    },
  };
}
