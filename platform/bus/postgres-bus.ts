/**
 * The bus on PostgreSQL LISTEN/NOTIFY, for systems without Redis: one channel, with the topic in the message. The messages of
 * one tick go out in one statement. A lost listening connection is reopened, and then subscribers get `MISSED`.
 */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { outageLog } from '../kit/outage-log.js';
import type { Log } from '../log.js';
import { type Bus, type BusPayload, MAXIMUM_PAYLOAD_BYTES } from './bus.js';
import { TopicSubscriptions } from './topic-subscriptions.js';

const CHANNEL = 'kedai_bus';

export async function openPostgresBus(pool: pg.Pool, connectionString: string, log: Log): Promise<Bus> {
  const subscriptions = new TopicSubscriptions();
  const losses = outageLog(log, 'bus: messages are lost');
  let outgoing: string[] = [];
  let listener: pg.Client | undefined;
  let isClosed = false;

  async function listen(): Promise<void> {
    const client = new pg.Client({ connectionString, keepAlive: true, application_name: 'kedai-bus' });
    client.on('error', (error) => log.warn({ error: error.message }, 'bus: PostgreSQL connection failed'));
    client.on('notification', ({ payload }) => {
      if (payload === undefined) return;
      const message: { topic: string; payload: BusPayload } = JSON.parse(payload);
      subscriptions.deliver(message.topic, message.payload);
    });
    await client.connect();
    try {
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      await client.end();
      throw error;
    }
    // Only now: a client that never connected also ends, and its caller retries by itself.
    client.on('end', () => {
      if (!isClosed) void relisten();
    });
    listener = client;
  }

  async function relisten(): Promise<void> {
    for (let pause = 100; !isClosed; pause = Math.min(pause * 2, 5_000)) {
      await delay(pause);
      try {
        await listen();
        return subscriptions.missed();
      } catch (error) {
        log.warn({ error: String(error) }, 'bus: cannot listen yet');
      }
    }
  }

  function flush(): void {
    const messages = outgoing;
    outgoing = [];
    pool
      .query({
        name: 'bus-notify',
        text: 'SELECT pg_notify($1, message) FROM unnest($2::text[]) AS message',
        values: [CHANNEL, messages],
      })
      .then(losses.succeeded, losses.failed);
  }

  await listen();
  return {
    publish(topic: string, payload: BusPayload): void {
      const message = JSON.stringify({ topic, payload });
      if (Buffer.byteLength(message) > MAXIMUM_PAYLOAD_BYTES)
        throw new RangeError(`Bus payload too large on ${topic}`);
      if (outgoing.push(message) === 1) setImmediate(flush);
    },
    async subscribe(topic: string) {
      return subscriptions.subscribe(topic, () => undefined);
    },
    async close() {
      isClosed = true;
      subscriptions.endAll();
      await listener?.end();
    },
  };
}
