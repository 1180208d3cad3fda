/** Copies which franchise outlets belong to, from `outlet.changed` and what was carried forward. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import { upsertOutlet } from '../store/outlets.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'messages.outlet-copy';
  return {
    name,
    types: ['outlet.changed', 'outlet.tenant-carried-forward'],
    handle: idempotent(
      database,
      name,
      async (event, { tx }) => {
        if (event.type !== 'outlet.changed' && event.type !== 'outlet.tenant-carried-forward') return;
        const { outletId, franchiseId } = event.data;
        await upsertOutlet(tx, { outletId, franchiseId, version: event.aggregateVersion });
      },
      log,
    ),
  };
}
