/**
 * The bus on Redis pub/sub: one connection subscribes, one publishes; the messages of one tick go out in one round trip. When
 * the subscribing connection was lost, it subscribes to every topic again and sends `MISSED` to the subscribers.
 */
import { Redis } from 'ioredis';
import { outageLog } from '../kit/outage-log.js';
import type { Log } from '../log.js';
import { type Bus, type BusPayload, MAXIMUM_PAYLOAD_BYTES } from './bus.js';
import { TopicSubscriptions } from './topic-subscriptions.js';

const PREFIX = 'kedai:bus:';

export async function openRedisBus(url: string, log: Log): Promise<Bus> {
  const publisher = new Redis(url, { enableAutoPipelining: true, maxRetriesPerRequest: 1 });
  const subscriber = new Redis(url, { maxRetriesPerRequest: null, autoResubscribe: false });
  for (const [role, connection] of Object.entries({ publisher, subscriber })) {
    const outage = outageLog(log, 'bus: connections to Redis fail, and are tried again', { role });
    connection.on('error', outage.failed);
    connection.on('ready', outage.succeeded);
  }
  // A heartbeat fails four times a second while Redis is away.
  const losses = outageLog(log, 'bus: messages are lost');
  const subscriptions = new TopicSubscriptions();
  subscriber.on('message', (channel: string, message: string) => {
    const payload: BusPayload = JSON.parse(message);
    subscriptions.deliver(channel.slice(PREFIX.length), payload);
  });
  subscriber.once('ready', () => subscriber.on('ready', () => void resubscribe()));

  /** Should the connection be lost meanwhile, the next one retries. */
  async function resubscribe(): Promise<void> {
    const channels = subscriptions.topics().map((topic) => PREFIX + topic);
    if (channels.length === 0) return;
    await subscriber.subscribe(...channels).then(
      () => subscriptions.missed(),
      (error: Error) => log.warn({ error: error.message }, 'bus: cannot subscribe yet'),
    );
  }

  return {
    publish(topic: string, payload: BusPayload): void {
      const message = JSON.stringify(payload);
      if (Buffer.byteLength(message) > MAXIMUM_PAYLOAD_BYTES)
        throw new RangeError(`Bus payload too large on ${topic}`);
      publisher.publish(PREFIX + topic, message).then(losses.succeeded, losses.failed);
    },
    async subscribe(topic: string) {
      const messages = subscriptions.subscribe(topic, () => {
        subscriber.unsubscribe(PREFIX + topic).catch(() => undefined);
      });
      await subscriber.subscribe(PREFIX + topic);
      return messages;
    },
    async close() {
      subscriptions.endAll();
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}
