/**
 * Writes down the public events that go out, in the transaction of their inbox rows: those that some webhook is to receive, with a delivery for each
 * such webhook, and where there are event streams, each event for each of them. What nobody receives costs one look at the webhooks, and leaves no trace.
 */
import { type Consumer, idempotentBatch } from '../../../platform/events/consumer.js';
import { insertStreamEvents } from '../store/streams/stream-events.js';
import { findReceivedTypes, insertDeliveries } from '../store/webhooks/deliveries.js';
import type { ConsumerParts } from './consumer-parts.js';
import { PUBLIC_EVENT_TYPES, publicEventOf } from './public-events.js';

/** Its wakes are called once what they are about is committed. */
export function consumer({
  database,
  log,
  streams,
  wakeStreams,
  wakeWebhookSender,
}: ConsumerParts): Consumer {
  // Durable: its queue and inbox rows carry it.
  const name = 'messages.webhook-events';
  const write = idempotentBatch(
    database,
    name,
    async (events, { tx }) => {
      const published = events.flatMap(publicEventOf);
      await insertDeliveries(tx, published);
      await insertStreamEvents(tx, streams, published);
    },
    log,
  );
  return {
    name,
    types: PUBLIC_EVENT_TYPES.map((type) => type.name),
    // One batch after the other: in this process the events of one thing keep their order.
    concurrency: 1,
    async handle(events) {
      const received = new Set(
        await findReceivedTypes(database, [...new Set(events.map(({ type }) => type))]),
      );
      const wanted = streams.length > 0 ? events : events.filter(({ type }) => received.has(type));
      if (wanted.length === 0) return;
      await write(wanted);
      wakeStreams();
      wakeWebhookSender();
    },
  };
}
