/** Copies outlets and franchises on `outlet.changed` and `franchise.changed`: where a role can hold. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import type { OwnCustomerDatabase } from '../store/database.js';
import { updateFranchiseCopy, updateOutletCopy } from '../store/tenants.js';

export function tenantCopy(database: OwnCustomerDatabase, log: Log): Consumer {
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
