/** What every unit uses and none owns, opened once a process: bus, queues and consumer registry, on Redis or PostgreSQL. */
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Bus } from './bus/bus.js';
import { openPostgresBus } from './bus/postgres-bus.js';
import { openRedisBus } from './bus/redis-bus.js';
import type { Config } from './config.js';
import {
  type ConsumerRegistry,
  postgresConsumerRegistry,
  redisConsumerRegistry,
} from './events/consumer-registry.js';
import { RunningConsumers } from './events/running-consumers.js';
import { dependsOn } from './health.js';
import { outageLog } from './kit/outage-log.js';
import { createLog, type Log } from './log.js';
import { type Drawing, startDrawing } from './pdf/drawing.js';
import { postgresQueueBackend } from './queue/postgres-backend.js';
import { createQueues, type Queues } from './queue/queues.js';
import { redisQueueBackend } from './queue/redis-backend.js';
import { startTelemetry } from './telemetry.js';

export interface Platform {
  readonly config: Config;
  readonly log: Log;
  readonly bus: Bus;
  readonly queues: Queues;
  readonly consumers: ConsumerRegistry;
  readonly runningConsumers: RunningConsumers;
  /** Where there is Redis, a connection for limits and hints; null otherwise. */
  readonly redis: Redis | null;
  /** The platform's own database where there is no Redis; null otherwise. */
  readonly pool: pg.Pool | null;
  /** Documents as PDF. */
  readonly drawing: Drawing;
  close(): Promise<void>;
}

/** @param execArgv Node's options for worker threads. Default: this process's. */
export async function openPlatform(config: Config, execArgv?: readonly string[]): Promise<Platform> {
  const log = createLog(config.environment.LOG_LEVEL);
  const redisUrl = config.environment.REDIS_URL;
  const telemetry = await startTelemetry(config);
  const platform = await (redisUrl === undefined ? onPostgres(config, log) : onRedis(config, log, redisUrl));
  const drawing = startDrawing({ log, execArgv });
  return {
    ...platform,
    runningConsumers: new RunningConsumers(platform.consumers, log),
    drawing,
    async close() {
      await drawing.stop();
      await platform.close();
      await telemetry.stop();
    },
  };
}

type Servers = Omit<Platform, 'runningConsumers' | 'drawing'>;

async function onRedis(config: Config, log: Log, url: string): Promise<Servers> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  const outage = outageLog(log, 'platform: connections to Redis fail, and are tried again');
  redis.on('error', outage.failed);
  redis.on('ready', outage.succeeded);
  dependsOn('Redis', outage.isOpen);
  const bus = await openRedisBus(url, log);
  const queues = createQueues(redisQueueBackend(url, log), log);
  return {
    config,
    log,
    bus,
    queues,
    consumers: redisConsumerRegistry(redis),
    redis,
    pool: null,
    async close() {
      await queues.close();
      await bus.close();
      redis.disconnect();
    },
  };
}

async function onPostgres(config: Config, log: Log): Promise<Servers> {
  const connectionString = config.databaseUrl('platform');
  const pool = new pg.Pool({ connectionString, max: 8, application_name: 'kedai-platform' });
  pool.on('error', (error) => log.warn({ error: error.message }, 'platform database connection failed'));
  const queues = createQueues(await postgresQueueBackend(connectionString, log), log);
  const bus = await openPostgresBus(pool, connectionString, log);
  return {
    config,
    log,
    bus,
    queues,
    consumers: await postgresConsumerRegistry(pool),
    redis: null,
    pool,
    async close() {
      await queues.close();
      await bus.close();
      await pool.end();
    },
  };
}
