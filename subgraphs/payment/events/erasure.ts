/**
 * Erases what a guest gave on `customer.erased`: idempotency keys. Payments name their customer by id alone, and what staff and providers
 * write about a refund or a dispute is a record of the books.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { eraseFreeText } from '../../../platform/events/outbox.js';
import { deleteIdempotencyKeysOf } from '../../../platform/kit/idempotency.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'payment.erasure';
  return {
    name,
    types: ['customer.erased'],
    handle: idempotentBatch(
      database,
      name,
      async (events, { tx }) => {
        const ids = events.flatMap(({ type, data }) => (type === 'customer.erased' ? [data.customerId] : []));
        await deleteIdempotencyKeysOf(tx, ids);
        await eraseFreeText(tx, ids);
      },
      log,
    ),
  };
}
