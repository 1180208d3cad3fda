/** Lines of an order that are made a second time (`order.lines-remade`) take stock again, without a reservation. */
import type { Bus } from '../../../platform/bus/bus.js';
import type { Consumer } from '../../../platform/events/consumer.js';
import { publishLevels } from '../published.js';
import type { OwnStockDatabase } from '../store/database.js';
import { takeForRemake } from '../store/reservations.js';

const NAME = 'stock.remakes';

export function orderRemade(database: OwnStockDatabase, bus: Bus): Consumer {
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
