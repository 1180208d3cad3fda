/**
 * Writes down the public events that some webhook is to receive, with a delivery for each such webhook, in the transaction of their inbox
 * rows. What no webhook receives costs one look at the webhooks, and leaves no trace.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { findReceivedTypes, insertDeliveries } from '../store/webhooks/deliveries.js';
import type { ConsumerParts } from './consumer-parts.js';
import { PUBLIC_EVENT_TYPES, publicEventOf } from './public-events.js';

/** @param wakeWebhookSender called once deliveries are committed. */
export function consumer({ database, log, wakeWebhookSender }: ConsumerParts): Consumer {
  const name = 'messages.webhook-events';
  const write = idempotentBatch(
    database,
    name,
    (events, { tx }) => insertDeliveries(tx, events.flatMap(publicEventOf)),
    log,
  );
  return {
    name,
    types: PUBLIC_EVENT_TYPES.map((type) => type.name),
    // One batch after the other, so that the events of one thing keep their order.
    concurrency: 1,
    async handle(events) {
      const received = new Set(
        await findReceivedTypes(database, [...new Set(events.map(({ type }) => type))]),
      );
      const wanted = events.filter(({ type }) => received.has(type));
      if (wanted.length === 0) return;
      await write(wanted);
      wakeWebhookSender();
    },
  };
}
