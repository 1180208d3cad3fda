/** Erases the mails and the schedules of a person on `customer.erased`, those that are still to be sent included. */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { eraseMailsOf } from '../store/mails.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'messages.erasure';
  return {
    name,
    types: ['customer.erased'],
    handle: idempotentBatch(
      database,
      name,
      (events, { tx }) =>
        eraseMailsOf(
          tx,
          events.flatMap(({ type, data }) => (type === 'customer.erased' ? [data] : [])),
        ),
      log,
    ),
  };
}
