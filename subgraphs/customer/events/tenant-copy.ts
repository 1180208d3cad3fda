/** Keeps the copies of outlets and franchises, which say where a role can hold. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import type { CustomerDatabase } from '../store/database.js';
import { copyPlace } from '../store/tenants.js';

export function outletCopy(database: CustomerDatabase, log: Log): Consumer {
  const name = 'customer.outlet-copy';
  return {
    name,
    types: ['outlet.changed', 'franchise.changed'],
    handle: idempotent(database, name, (event, { tx }) => copyPlace(tx, event), log),
  };
}
