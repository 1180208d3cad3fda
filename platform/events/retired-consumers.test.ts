/** A consumer that a release no longer has, on both kinds of queue server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPlatform } from '../../tests/support/platform.js';
import { describeWithRedis, startRedis } from '../../tests/support/redis.js';
import { eventually } from '../../tests/support/wait.js';
import type { Platform } from '../platform.js';
import { eventQueueName } from './relay.js';
import { startRetiring } from './retired-consumers.js';

const NAME = 'test.retired';
const STAYING = 'test.staying';

function retires(open: () => Promise<{ platform: Platform; close(): Promise<void> }>): void {
  let platform: Platform;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ platform, close } = await open());
  });
  afterAll(() => close());

  it('leaves the registry, and its queue goes with its jobs', async () => {
    await platform.consumers.add(NAME, ['order.placed', 'order.paid']);
    await platform.consumers.add(STAYING, ['order.placed']);
    await platform.queues.add(eventQueueName(NAME), { events: [] }, { jobId: 'left' });
    const retiring = startRetiring(platform, [NAME]);
    await eventually(async () => {
      expect(await platform.consumers.all()).toEqual(new Map([[STAYING, new Set(['order.placed'])]]));
      const counts = await platform.queues.counts(eventQueueName(NAME));
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(0);
    });
    await retiring.stop();
  });

  it('stays while an instance of the former release runs, and goes when that has stopped', async () => {
    const former = { name: NAME, types: ['order.placed'], instance: 'former' } as const;
    await platform.consumers.beat([former]);
    expect(await platform.consumers.remove(NAME)).toBe(false);
    expect((await platform.consumers.all()).has(NAME)).toBe(true);
    await platform.consumers.endBeat(former);
    expect(await platform.consumers.remove(NAME)).toBe(true);
    expect((await platform.consumers.all()).has(NAME)).toBe(false);
  });
}

describe('a retired consumer on PostgreSQL', () => {
  retires(async () => {
    const { drop, ...platform } = await openTestPlatform();
    return { platform, close: drop };
  });
});

describeWithRedis('a retired consumer on Redis', () => {
  retires(async () => {
    const redis = await startRedis();
    const { drop, ...platform } = await openTestPlatform({ REDIS_URL: redis.url });
    return {
      platform,
      async close() {
        await drop();
        await redis.stop();
      },
    };
  });
});
