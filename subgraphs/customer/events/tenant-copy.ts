/** Copies outlets and franchises on `outlet.changed` and `franchise.changed`: where a role can hold. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import { updateFranchiseCopy, updateOutletCopy } from '../store/tenants.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'customer.outlet-copy';
  return {
    name,
    types: ['outlet.changed', 'franchise.changed'],
    handle: idempotent(
      database,
      name,
      async (event, { tx }) => {
        if (event.type === 'outlet.changed') await updateOutletCopy(tx, event);
        if (event.type === 'franchise.changed') await updateFranchiseCopy(tx, event);
      },
      log,
    ),
  };
}
