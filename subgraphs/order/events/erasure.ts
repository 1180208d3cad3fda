/** Erases what a guest wrote with orders and carts on `customer.erased`. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { eraseCustomers } from '../store/erasure.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
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
