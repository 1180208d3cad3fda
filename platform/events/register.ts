/**
 * Who listens to what, kept beside the queues and read by every relay: a new consumer writes itself in when it starts, and
 * no producer is touched. The marker of a source tells its relay whether the queues still hold what it enqueued. It is gone
 * when the server was emptied, and when a consumer came that was not in the register: it hears what was told within the
 * relays' retention window, so that one that was forgotten with the rest of the server misses nothing.
 */
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { EventType } from './envelope.js';

export interface Register {
  /** May be called again and again: changes nothing where it is known. */
  add(consumer: string, types: readonly EventType[]): Promise<void>;
  /** Consumer name → the types it listens to. */
  consumers(): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  hasMarker(source: string): Promise<boolean>;
  setMarker(source: string): Promise<void>;
}

const CONSUMERS_KEY = 'kedai:consumers';
const MARKERS_KEY = 'kedai:relay-markers';

export function redisRegister(redis: Redis): Register {
  return {
    async add(consumer, types) {
      const isKnown = (await redis.hexists(CONSUMERS_KEY, consumer)) === 1;
      const change = redis.multi().hset(CONSUMERS_KEY, consumer, JSON.stringify(types));
      await (isKnown ? change : change.del(MARKERS_KEY)).exec();
    },
    async consumers() {
      const entries = Object.entries(await redis.hgetall(CONSUMERS_KEY));
      return new Map(
        entries.map(([consumer, types]) => {
          const list: string[] = JSON.parse(types);
          return [consumer, new Set(list)];
        }),
      );
    },
    async hasMarker(source) {
      return (await redis.hexists(MARKERS_KEY, source)) === 1;
    },
    async setMarker(source) {
      await redis.hset(MARKERS_KEY, source, new Date().toISOString());
    },
  };
}

export async function postgresRegister(pool: Pool): Promise<Register> {
  await pool.query(`
    SELECT pg_advisory_lock(hashtext('kedai-register'));
    CREATE TABLE IF NOT EXISTS event_consumer (name text PRIMARY KEY, types text[] NOT NULL);
    CREATE TABLE IF NOT EXISTS relay_marker (source text PRIMARY KEY, set_at timestamptz NOT NULL DEFAULT now());
    SELECT pg_advisory_unlock(hashtext('kedai-register'));
  `);
  return {
    async add(consumer, types) {
      await pool.query(
        `WITH added AS (
           INSERT INTO event_consumer AS known (name, types) VALUES ($1, $2)
           ON CONFLICT (name) DO UPDATE SET types = EXCLUDED.types WHERE known.types <> EXCLUDED.types
           RETURNING xmax = 0 AS is_new
         )
         DELETE FROM relay_marker WHERE (SELECT is_new FROM added)`,
        [consumer, types],
      );
    },
    async consumers() {
      const { rows } = await pool.query<{ name: string; types: string[] }>(
        'SELECT name, types FROM event_consumer',
      );
      return new Map(rows.map(({ name, types }) => [name, new Set(types)]));
    },
    async hasMarker(source) {
      const { rowCount } = await pool.query('SELECT 1 FROM relay_marker WHERE source = $1', [source]);
      return rowCount === 1;
    },
    async setMarker(source) {
      await pool.query('INSERT INTO relay_marker (source) VALUES ($1) ON CONFLICT DO NOTHING', [source]);
    },
  };
}
