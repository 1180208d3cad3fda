/**
 * The durable registry of consumers, stored beside the queues and read by every relay: a new consumer registers itself when
 * it starts, and no producer changes. A consumer's event types only grow, so that two versions of a unit can run side by
 * side. Running consumers renew a heartbeat; one that has not for 15 s is not live. A name that was removed never returns: markers
 * still contain it, so that a consumer of that name would miss what was published before it.
 *
 * The marker of a source records for which consumers its relay has enqueued every event of the retention window, and in
 * which run of the queue server. It is gone when the server was emptied, does not include consumers or types registered
 * later, and names another run after a crash or failover, which may have lost the last writes. The newest event that it names is in
 * the source's database, unless that was set back to an older state.
 */
import type { Redis } from 'ioredis';
import type { Pool } from 'pg';
import type { EventType } from './envelope.js';

/** Consumer name → the types it consumes. */
export type Consumers = ReadonlyMap<string, ReadonlySet<string>>;

export interface ConsumerRegistry {
  /** Idempotent. */
  add(consumer: string, types: readonly EventType[]): Promise<void>;
  all(): Promise<Consumers>;
  /** @returns false, and the consumer stays, while an instance of it is running. */
  remove(consumer: string): Promise<boolean>;
  /** Registers them, as `add`, and renews their heartbeats. */
  beat(running: readonly RunningConsumer[]): Promise<void>;
  /** Ends the heartbeat of an instance that stops. */
  endBeat(stopped: Pick<RunningConsumer, 'name' | 'instance'>): Promise<void>;
  /** The registered consumers of which an instance is running. */
  live(): Promise<Consumers>;
  /** Changes each time the server starts, where a restart may lose writes; constant elsewhere. */
  serverRun(): Promise<string>;
  /** Of no consumer where there is none. */
  marker(source: string): Promise<Marker>;
  setMarker(source: string, marker: Marker): Promise<void>;
  /** Of every source: each relay enqueues everything of the retention window again. */
  forgetMarkers(): Promise<void>;
}

/** One instance of a consumer: each process that runs it has one of its own. */
export interface RunningConsumer {
  readonly name: string;
  readonly instance: string;
  readonly types: readonly EventType[];
}

export interface Marker {
  /** For which everything has been enqueued. */
  readonly consumers: Consumers;
  readonly serverRun: string;
  /** The newest event of the source that was enqueued when the marker was set. */
  readonly newestEvent?: string | undefined;
}

/** Three missed beats. */
const HEARTBEAT_LIFE_SECONDS = 15;

const LISTENERS_KEY = 'kedai:listeners';
const MARKERS_KEY = 'kedai:relay-markers';
const HEARTBEATS_KEY = 'kedai:consumer-heartbeats';
/** Begins a line of a marker. A process of a former release takes it for a consumer that there is not. */
const NEWEST = 'newest=';

/** `<consumer> <type>` each: neither contains a space. */
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

function listenersOfRunning(running: readonly RunningConsumer[]): string[] {
  return running.flatMap(({ name, types }) => types.map((type) => `${name} ${type}`)).sort();
}

function onlyThose(consumers: Consumers, names: ReadonlySet<string>): Consumers {
  return new Map([...consumers].filter(([consumer]) => names.has(consumer)));
}

export function redisConsumerRegistry(redis: Redis): ConsumerRegistry {
  /** The server's clock, which all processes share. */
  async function now(): Promise<number> {
    const [seconds] = await redis.time();
    return Number(seconds);
  }
  const all = async () => consumersOf(await redis.smembers(LISTENERS_KEY));
  async function live(): Promise<Consumers> {
    const since = (await now()) - HEARTBEAT_LIFE_SECONDS;
    const beats = await redis.zrangebyscore(HEARTBEATS_KEY, `(${since}`, '+inf');
    return onlyThose(await all(), new Set(beats.map((beat) => beat.split(' ')[0] ?? '')));
  }
  return {
    async add(consumer, types) {
      await redis.sadd(LISTENERS_KEY, ...types.map((type) => `${consumer} ${type}`));
    },
    all,
    async beat(running) {
      await redis.sadd(LISTENERS_KEY, ...listenersOfRunning(running));
      const time = await now();
      await redis.zremrangebyscore(HEARTBEATS_KEY, '-inf', time - HEARTBEAT_LIFE_SECONDS);
      await redis.zadd(
        HEARTBEATS_KEY,
        ...running.flatMap(({ name, instance }) => [time, `${name} ${instance}`]),
      );
    },
    async endBeat({ name, instance }) {
      await redis.zrem(HEARTBEATS_KEY, `${name} ${instance}`);
    },
    live,
    async remove(consumer) {
      if ((await live()).has(consumer)) return false;
      const listeners = listenersOf(new Map([[consumer, (await all()).get(consumer) ?? new Set()]]));
      if (listeners.length > 0) await redis.srem(LISTENERS_KEY, ...listeners);
      return true;
    },
    async serverRun() {
      return /^run_id:(\w+)/m.exec(await redis.info('server'))?.[1] ?? '';
    },
    async marker(source) {
      const [serverRun = '', ...lines] = (await redis.hget(MARKERS_KEY, source))?.split('\n') ?? [];
      const listeners = lines.filter((line) => !line.startsWith(NEWEST));
      const newestEvent = lines.find((line) => line.startsWith(NEWEST))?.slice(NEWEST.length);
      return { consumers: consumersOf(listeners), serverRun, newestEvent };
    },
    async setMarker(source, { consumers, serverRun, newestEvent }) {
      const newest = newestEvent === undefined ? [] : [NEWEST + newestEvent];
      await redis.hset(MARKERS_KEY, source, [serverRun, ...newest, ...listenersOf(consumers)].join('\n'));
    },
    async forgetMarkers() {
      await redis.del(MARKERS_KEY);
    },
  };
}

/** What PostgreSQL has committed survives a restart. */
const DURABLE = 'durable';
const IS_LIVE = `seen_at > now() - interval '${HEARTBEAT_LIFE_SECONDS} seconds'`;

export async function postgresConsumerRegistry(pool: Pool): Promise<ConsumerRegistry> {
  await pool.query(`
    SELECT pg_advisory_lock(hashtext('kedai-register'));
    CREATE TABLE IF NOT EXISTS event_listener (name text PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS relay_marker (source text PRIMARY KEY);
    ALTER TABLE relay_marker ADD COLUMN IF NOT EXISTS listeners text[] NOT NULL DEFAULT '{}', ADD COLUMN IF NOT EXISTS newest_event uuid;
    CREATE TABLE IF NOT EXISTS consumer_heartbeat
      (consumer text, instance text, seen_at timestamptz NOT NULL, PRIMARY KEY (consumer, instance));
    SELECT pg_advisory_unlock(hashtext('kedai-register'));
  `);
  async function all(): Promise<Consumers> {
    const { rows } = await pool.query<{ name: string }>('SELECT name FROM event_listener');
    return consumersOf(rows.map(({ name }) => name));
  }
  return {
    async add(consumer, types) {
      await pool.query('INSERT INTO event_listener SELECT unnest($1::text[]) ON CONFLICT DO NOTHING', [
        listenersOf(new Map([[consumer, new Set(types)]])),
      ]);
    },
    all,
    async beat(running) {
      const instances = running.map(({ instance }) => instance);
      // Listeners are sorted and expired heartbeats locked by others are left, so that two processes never deadlock.
      await pool.query(
        `WITH listening AS (INSERT INTO event_listener SELECT unnest($1::text[]) ON CONFLICT DO NOTHING),
              expired AS (DELETE FROM consumer_heartbeat WHERE (consumer, instance) IN (
                SELECT consumer, instance FROM consumer_heartbeat WHERE instance <> ALL ($3::text[]) AND NOT ${IS_LIVE}
                FOR UPDATE SKIP LOCKED))
         INSERT INTO consumer_heartbeat SELECT name, instance, now() FROM unnest($2::text[], $3::text[]) AS running (name, instance)
         ON CONFLICT (consumer, instance) DO UPDATE SET seen_at = EXCLUDED.seen_at`,
        [listenersOfRunning(running), running.map(({ name }) => name), instances],
      );
    },
    async endBeat({ name, instance }) {
      await pool.query('DELETE FROM consumer_heartbeat WHERE consumer = $1 AND instance = $2', [
        name,
        instance,
      ]);
    },
    async live() {
      const { rows } = await pool.query<{ consumer: string }>(
        `SELECT DISTINCT consumer FROM consumer_heartbeat WHERE ${IS_LIVE}`,
      );
      return onlyThose(await all(), new Set(rows.map(({ consumer }) => consumer)));
    },
    async remove(consumer) {
      const { rows } = await pool.query<{ live: boolean }>(
        `WITH live AS (SELECT FROM consumer_heartbeat WHERE consumer = $1 AND ${IS_LIVE}),
              removed AS (DELETE FROM event_listener WHERE split_part(name, ' ', 1) = $1 AND NOT EXISTS (SELECT FROM live))
         SELECT EXISTS (SELECT FROM live) AS live`,
        [consumer],
      );
      return rows[0]?.live === false;
    },
    serverRun: async () => DURABLE,
    async marker(source) {
      const { rows } = await pool.query<{ listeners: string[]; newest: string | null }>(
        'SELECT listeners, newest_event AS newest FROM relay_marker WHERE source = $1',
        [source],
      );
      const [{ listeners, newest } = { listeners: [], newest: null }] = rows;
      return { consumers: consumersOf(listeners), serverRun: DURABLE, newestEvent: newest ?? undefined };
    },
    async setMarker(source, { consumers, newestEvent }) {
      await pool.query(
        `INSERT INTO relay_marker (source, listeners, newest_event) VALUES ($1, $2, $3)
         ON CONFLICT (source) DO UPDATE SET listeners = EXCLUDED.listeners, newest_event = EXCLUDED.newest_event`,
        [source, listenersOf(consumers), newestEvent],
      );
    },
    async forgetMarkers() {
      await pool.query('DELETE FROM relay_marker');
    },
  };
}
