/**
 * Who listens to what, kept beside the queues and read by every relay: a new consumer writes itself in when it starts, and
 * no producer is touched. What a consumer listens to only grows: while two versions of a unit are at work neither takes
 * from the other. The marker of a source says for whom its relay has enqueued what was told within its retention window:
 * it is gone when the server was emptied, and does not hold who came later or listens to more. It also says of which run of
 * the server that is so: one that crashed, or whose replica took over, may have lost the last that it was told.
 */
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { EventType } from './envelope.js';

/** Consumer name → the types it listens to. */
export type Consumers = ReadonlyMap<string, ReadonlySet<string>>;

export interface ConsumerRegistry {
  /** May be called again and again: changes nothing where it is known. */
  add(consumer: string, types: readonly EventType[]): Promise<void>;
  consumers(): Promise<Consumers>;
  /** Another one each time the server is started, where that may lose what it was told; the same for ever elsewhere. */
  serverRun(): Promise<string>;
  /** Of nobody where there is none. */
  marker(source: string): Promise<Marker>;
  setMarker(source: string, marker: Marker): Promise<void>;
}

export interface Marker {
  /** For whom everything has been enqueued. */
  readonly consumers: Consumers;
  readonly serverRun: string;
}

const LISTENERS_KEY = 'kedai:listeners';
const MARKERS_KEY = 'kedai:relay-markers';

/** `<consumer> <type>` each: neither holds a space. */
function listenersOf(consumers: Consumers): string[] {
  return [...consumers].flatMap(([consumer, types]) => [...types].map((type) => `${consumer} ${type}`));
}

function consumersOf(listeners: readonly string[]): Consumers {
  const consumers = new Map<string, Set<string>>();
  for (const listener of listeners) {
    const [consumer = '', type = ''] = listener.split(' ');
    consumers.set(consumer, (consumers.get(consumer) ?? new Set()).add(type));
  }
  return consumers;
}

export function redisConsumerRegistry(redis: Redis): ConsumerRegistry {
  return {
    async add(consumer, types) {
      await redis.sadd(LISTENERS_KEY, ...types.map((type) => `${consumer} ${type}`));
    },
    consumers: async () => consumersOf(await redis.smembers(LISTENERS_KEY)),
    async serverRun() {
      return /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1] ?? '';
    },
    async marker(source) {
      const [serverRun = '', ...listeners] = (await redis.hget(MARKERS_KEY, source))?.split('\n') ?? [];
      return { consumers: consumersOf(listeners), serverRun };
    },
    async setMarker(source, { consumers, serverRun }) {
      await redis.hset(MARKERS_KEY, source, [serverRun, ...listenersOf(consumers)].join('\n'));
    },
  };
}

/** What PostgreSQL has committed outlives it. */
const DURABLE = 'durable';

export async function postgresConsumerRegistry(pool: Pool): Promise<ConsumerRegistry> {
  await pool.query(`
    SELECT pg_advisory_lock(hashtext('kedai-register'));
    CREATE TABLE IF NOT EXISTS event_listener (name text PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS relay_marker (source text PRIMARY KEY);
    ALTER TABLE relay_marker ADD COLUMN IF NOT EXISTS listeners text[] NOT NULL DEFAULT '{}';
    SELECT pg_advisory_unlock(hashtext('kedai-register'));
  `);
  return {
    async add(consumer, types) {
      await pool.query('INSERT INTO event_listener SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [
        listenersOf(new Map([[consumer, new Set(types)]])),
      ]);
    },
    async consumers() {
      const { rows } = await pool.query<{ name: string }>('SELECT name FROM event_listener');
      return consumersOf(rows.map(({ name }) => name));
    },
    serverRun: async () => DURABLE,
    async marker(source) {
      const { rows } = await pool.query<{ listeners: string[] }>(
        'SELECT listeners FROM relay_marker WHERE source = $1',
        [source],
      );
      return { consumers: consumersOf(rows[0]?.listeners ?? []), serverRun: DURABLE };
    },
    async setMarker(source, { consumers }) {
      await pool.query(
        `INSERT INTO relay_marker (source, listeners) VALUES ($1, $2)
         ON CONFLICT (source) DO UPDATE SET listeners = EXCLUDED.listeners`,
        [source, listenersOf(consumers)],
      );
    },
  };
}
