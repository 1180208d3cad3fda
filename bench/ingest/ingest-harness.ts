/** The ingest unit on a PostgreSQL that syncs to disk, with the demo chain's shelves, and devices that publish to it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { z } from 'zod';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { openPlatform } from '../../platform/platform.js';
import { migrate } from '../../prisma/migrate.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import { seedStock } from '../../prisma/seed/stock.js';
import { readingTopicOf } from '../../subgraphs/stock/domain/shelf-topic.js';
import { demoDeviceToken } from '../../subgraphs/stock/ingest/devices/device-token.js';
import { openDevices } from '../../subgraphs/stock/ingest/devices/open-devices.js';
import { startIngest } from '../../subgraphs/stock/ingest/index.js';
import { openStockDatabase } from '../../subgraphs/stock/store/database.js';
import type { DeviceOrders } from './devices.js';

export interface Run {
  /** Acknowledged a second. */
  readonly acknowledgedRate: number;
  /** Applied a second, from the first published to the last applied. */
  readonly appliedRate: number;
  /** From published to applied. */
  readonly milliseconds: readonly number[];
}

export interface Load {
  readonly devices: number;
  readonly readings: number;
  readonly inFlight: number;
  readonly perSecond?: number;
}

export interface IngestHarness {
  readonly pool: pg.Pool;
  run(load: Load): Promise<Run>;
  stop(): Promise<void>;
}

const SAMPLE = 20_000;
const published = z.object({ published: z.number(), seconds: z.number() });

const SHELVES = CATALOGUE.stockItems.flatMap(({ outletId, shelf }) =>
  shelf === null ? [] : [{ id: shelf.id, outletId }],
);

/** @param settings of a broker and queues elsewhere; otherwise embedded and on PostgreSQL. */
export async function openIngestHarness(settings: NodeJS.ProcessEnv = {}): Promise<IngestHarness> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  const config = readConfig({
    DATABASE_URL: server.url,
    MQTT_PORT: '0',
    LOG_LEVEL: 'error',
    ...settings,
  });
  const url = config.databaseUrl('stock');
  await migrate({ urls: { stock: url, platform: config.databaseUrl('platform') } });
  await seedStock(url);
  const platform = await openPlatform(config);
  const database = openStockDatabase(url, platform.bus);
  const devices = openDevices(platform, database);
  const ingest = await startIngest(platform);
  while (!(await isReady(ingest.ready))) await delay(50);
  const { pool } = database;
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();

  return {
    pool,
    async run({ devices: count, readings, inFlight, perSecond }) {
      const shelves = SHELVES.slice(0, count);
      for (const { id: shelfId, outletId } of shelves) {
        await devices.admit({ shelfId, outletId, token: demoDeviceToken(shelfId) });
      }
      await owner.query('CHECKPOINT');
      const startedAt = Date.now();
      const orders: DeviceOrders = {
        mqttUrl: ingest.mqttUrl,
        devices: shelves.map((shelf) => ({
          shelfId: shelf.id,
          token: demoDeviceToken(shelf.id),
          topic: readingTopicOf(shelf),
        })),
        readings,
        inFlight,
        perSecond: perSecond ?? null,
      };
      const { seconds } = published.parse(await publish(orders));
      const { first, last, milliseconds } = await appliedSince(pool, startedAt, readings);
      return {
        acknowledgedRate: readings / seconds,
        appliedRate: (readings * 1_000) / (last - first),
        milliseconds,
      };
    },
    async stop() {
      await ingest.stop();
      await devices.stop();
      await owner.end();
      await database.close();
      await platform.close();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function publish(orders: DeviceOrders): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./devices.js', import.meta.url), { workerData: orders });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** Waits until every reading published since is applied, and reads how long each took. */
async function appliedSince(pool: pg.Pool, startedAt: number, readings: number) {
  for (;;) {
    const { rows } = await pool.query<{ count: number; first: number; last: number }>(
      `SELECT count(*)::integer, extract(epoch FROM min(at)) * 1000 AS first,
              extract(epoch FROM max(applied_at)) * 1000 AS last
       FROM reading JOIN reading_batch ON reading_batch.id = batch_id
       WHERE at >= $1 AND applied_at IS NOT NULL`,
      [new Date(startedAt)],
    );
    const [row] = rows;
    if (row && row.count >= readings) {
      const samples = await pool.query<{ milliseconds: number }>(
        `SELECT extract(epoch FROM applied_at - at)::float8 * 1000 AS milliseconds
         FROM reading JOIN reading_batch ON reading_batch.id = batch_id
         WHERE at >= $1 AND mod(seq, $2) = 0`,
        [new Date(startedAt), Math.ceil(readings / SAMPLE)],
      );
      return { ...row, milliseconds: samples.rows.map(({ milliseconds }) => milliseconds) };
    }
    await delay(100);
  }
}

async function isReady(ready: () => Promise<void>): Promise<boolean> {
  return ready().then(
    () => true,
    () => false,
  );
}
