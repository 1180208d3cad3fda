/** Queues and workers whose server, or one connection to it, goes away. BullMQ remembers a first contact that failed for good. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithRedis, type RunningRedis, startRedis } from '../../tests/support/redis.js';
import { eventually } from '../../tests/support/wait.js';
import { readConfig } from '../config.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded.js';
import { newId } from '../ids.js';
import { openPlatform, type Platform } from '../platform.js';
import { createQueues } from './queues.js';
import { redisQueueBackend } from './redis-backend.js';

interface Server {
  readonly platform: Platform;
  end(): Promise<void>;
  comeBack(): Promise<void>;
}

function carriesJobsOnceItIsBack(server: () => Server): void {
  it('carries jobs once it is back', async () => {
    const { platform, end, comeBack } = server();
    const queue = newId();
    await platform.queues.add(newId(), {}, { jobId: 'another queue works' });
    await end();
    await expect(platform.queues.add(queue, {}, { jobId: 'too early' })).rejects.toThrow();
    let isDone = false;
    const work = platform.queues.work(
      queue,
      async () => {
        isDone = true;
      },
      { concurrency: 1 },
    );
    await expect(platform.queues.add(queue, {}, { jobId: 'still too early' })).rejects.toThrow();
    await comeBack();
    await eventually(() => platform.queues.add(queue, {}, { jobId: 'in time' }));
    await eventually(() => expect(isDone).toBe(true));
    await work.stop();
  });
}

describe('a queue first used while its PostgreSQL is away', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let platform: Platform;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-queue-'));
    server = await startEmbeddedPostgres({ folder, durable: false });
    platform = await openPlatform(readConfig({ PLATFORM_DATABASE_URL: server.url, LOG_LEVEL: 'silent' }));
  });
  afterAll(async () => {
    await platform.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  carriesJobsOnceItIsBack(() => ({
    platform,
    end: () => server.stop(),
    async comeBack() {
      server = await startEmbeddedPostgres({
        folder,
        durable: false,
        port: Number(new URL(server.url).port),
      });
    },
  }));
});

describeWithRedis('a queue first used while its Redis is away', () => {
  let redis: RunningRedis;
  let platform: Platform;

  beforeAll(async () => {
    redis = await startRedis();
    platform = await openPlatform(readConfig({ REDIS_URL: redis.url, LOG_LEVEL: 'silent' }));
  });
  afterAll(async () => {
    await platform.close();
    await redis.stop();
  });

  carriesJobsOnceItIsBack(() => ({
    platform,
    end: () => redis.kill(),
    async comeBack() {
      redis = await startRedis({ port: redis.port });
    },
  }));
});

describeWithRedis('a worker whose own connection to Redis fails alone', () => {
  let redis: RunningRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('is logged once when that begins and once when it is over', async () => {
    const lines: unknown[] = [];
    const log = pino(
      { base: null, timestamp: false },
      { write: (line) => void lines.push(JSON.parse(line)) },
    );
    const door = await doorTo(redis.port);
    const queues = createQueues(redisQueueBackend(door.url, log), log);
    const [queue, seen] = [newId(), new Set<string>()];
    const add = (id: string) => queues.add(queue, { id }, { jobId: id });
    await add('first');
    await eventually(() => expect(door.passed).toHaveLength(2));
    const shared = door.passed.length;
    const work = queues.work<{ id: string }>(queue, async ({ id }) => void seen.add(id), { concurrency: 1 });
    await eventually(() => expect(seen).toContain('first'));
    door.shutAfter(shared);
    const outage = 'queue: connections to Redis fail, and are tried again';
    const begun = { role: 'worker', queue, error: expect.any(String), msg: outage };
    await eventually(() => expect(lines).toMatchObject([begun]));
    const refused = door.refusals();
    await eventually(() => expect(door.refusals()).toBeGreaterThan(refused + 2));
    door.open();
    await eventually(() =>
      expect(lines).toMatchObject([begun, { role: 'worker', queue, msg: `over: ${outage}` }]),
    );
    await add('second');
    await eventually(() => expect(seen).toContain('second'));
    await work.stop();
    await queues.close();
    await door.close();
  });
});

/** A way to a port that can be shut to all connections but the first ones. */
async function doorTo(target: number) {
  const passed: Socket[] = [];
  let isShut = false;
  let refusals = 0;
  const server = createServer((client) => {
    if (isShut) {
      refusals += 1;
      client.resetAndDestroy();
      return;
    }
    passed.push(client);
    const upstream = connect(target, '127.0.0.1');
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    refusals: () => refusals,
    shutAfter(count: number) {
      isShut = true;
      for (const socket of passed.slice(count)) socket.resetAndDestroy();
    },
    open() {
      isShut = false;
    },
    async close() {
      for (const socket of passed) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
