/** Queues and workers that first turn to their server while it is away. BullMQ remembers that failure for good. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithRedis, type RunningRedis, startRedis } from '../../tests/support/redis.js';
import { eventually } from '../../tests/support/wait.js';
import { readConfig } from '../config.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../database/embedded.js';
import { newId } from '../ids.js';
import { openPlatform, type Platform } from '../platform.js';

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
