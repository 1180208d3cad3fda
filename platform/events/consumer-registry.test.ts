/** The registry while its server is away, and after. */
import { expect, it } from 'vitest';
import { describeWithRedis, startRedis } from '../../tests/support/redis.js';
import { eventually } from '../../tests/support/wait.js';
import { readConfig } from '../config.js';
import { openPlatform } from '../platform.js';
import { startConsumer } from './consumer.js';

describeWithRedis('a consumer that starts while Redis is away', () => {
  it('does not fail, and is registered when Redis is back', async () => {
    const { url, port, kill } = await startRedis();
    await kill();
    const platform = await openPlatform(readConfig({ REDIS_URL: url, LOG_LEVEL: 'silent' }));
    const consumer = { name: 'late', types: ['order.placed'], handle: async () => undefined } as const;
    const work = await startConsumer(platform, consumer, async () => undefined);
    const redis = await startRedis({ port });
    await eventually(async () =>
      expect(await platform.consumers.all()).toEqual(new Map([['late', new Set(['order.placed'])]])),
    );
    await work.stop();
    await platform.close();
    await redis.stop();
  });
});

describeWithRedis('the consumer registry on Redis', () => {
  it('distinguishes a run of its server from the one before', async () => {
    const { url, port, kill } = await startRedis();
    const platform = await openPlatform(readConfig({ REDIS_URL: url, LOG_LEVEL: 'silent' }));
    const before = await platform.consumers.serverRun();
    expect(await platform.consumers.serverRun()).toBe(before);
    await kill();
    const redis = await startRedis({ port });
    const after = await eventually(() => platform.consumers.serverRun());
    expect(after).toMatch(/^\w{40}$/);
    expect(after).not.toBe(before);
    await platform.close();
    await redis.stop();
  });
});
