/** Hears of outlets. */
import type { Consumer } from '../../../platform/events/consumer.js';
import type { PaymentDatabase } from '../store/database.js';
import { copyOutlet } from '../store/outlets.js';

export function outletConsumer(database: PaymentDatabase): Consumer {
  return {
    name: 'payment.outlets',
    types: ['outlet.changed'],
    async handle(events) {
      for (const event of events) {
        if (event.type !== 'outlet.changed') continue;
        const { outletId: id, franchiseId, name, timeZone } = event.data;
        const version = event.aggregateVersion;
        await copyOutlet(database, { id, franchiseId, name, timeZone, version });
      }
    },
  };
}
