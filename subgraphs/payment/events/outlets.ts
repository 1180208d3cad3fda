/** `outlet.changed`, `franchise.changed`: copies outlets, and which franchises exist. */
import type { Consumer } from '../../../platform/events/consumer.js';
import { insertFranchise, upsertOutlet } from '../store/outlets.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database }: ConsumerParts): Consumer {
  return {
    name: 'payment.outlets',
    types: ['outlet.changed', 'franchise.changed'],
    async handle(events) {
      for (const event of events) {
        if (event.type === 'franchise.changed') await insertFranchise(database, event.data.franchiseId);
        if (event.type !== 'outlet.changed') continue;
        const { outletId: id, franchiseId, name, address, timeZone } = event.data;
        const version = event.aggregateVersion;
        await upsertOutlet(database, { id, franchiseId, name, address, timeZone, version });
      }
    },
  };
}
