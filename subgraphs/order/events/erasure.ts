/** Erases what a guest wrote with orders and carts on `customer.erased`. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import type { Log } from '../../../platform/log.js';
import type { OwnOrderDatabase } from '../store/database.js';
import { eraseCustomers } from '../store/erasure.js';

export function erasure(database: OwnOrderDatabase, log: Log): Consumer {
  const name = 'order.erasure';
  return {
    name,
    types: ['customer.erased'],
    handle: idempotentBatch(
      database,
      name,
      (events, { tx }) =>
        eraseCustomers(
          tx,
          events.flatMap(({ type, data }) => (type === 'customer.erased' ? [data.customerId] : [])),
        ),
      log,
    ),
  };
}
