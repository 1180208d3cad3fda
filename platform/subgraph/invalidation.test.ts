import { expect, it, test } from 'vitest';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { describeWithRedis, startRedis } from '../../tests/support/redis.js';
import { eventually } from '../../tests/support/wait.js';
import { readConfig } from '../config.js';
import { openPlatform } from '../platform.js';
import { publishInvalidation, subscribeToInvalidations } from './invalidation.js';

describeOnBothBackends('invalidations', (backend) => {
  test('reach the subscribers of their subgraph, in every process, until they stop', async () => {
    const other = await backend.another();
    let invalidations = 0;
    const stop = subscribeToInvalidations(backend.platform.bus, 'menu', () => {
      invalidations += 1;
    });
    await eventually(() => expect(invalidations).toBe(1));
    publishInvalidation(other.bus, 'menu');
    await eventually(() => expect(invalidations).toBe(2));
    publishInvalidation(other.bus, 'order');
    publishInvalidation(other.bus, 'menu');
    await eventually(() => expect(invalidations).toBe(3));
    await stop();
    await other.close();
  });
});

describeWithRedis('a subscription to invalidations while Redis is away', () => {
  it('does not wait, and receives invalidations when Redis is back', async () => {
    const { url, port, kill } = await startRedis();
    await kill();
    const platform = await openPlatform(readConfig({ REDIS_URL: url, LOG_LEVEL: 'silent' }));
    let invalidations = 0;
    const stop = subscribeToInvalidations(platform.bus, 'menu', () => {
      invalidations += 1;
    });
    const redis = await startRedis({ port });
    await eventually(() => {
      publishInvalidation(platform.bus, 'menu');
      expect(invalidations).toBeGreaterThan(1);
    });
    await stop();
    await platform.close();
    await redis.stop();
  });

  it('receives nothing when Redis is back if it was stopped before', async () => {
    const { url, port, kill } = await startRedis();
    await kill();
    const platform = await openPlatform(readConfig({ REDIS_URL: url, LOG_LEVEL: 'silent' }));
    let toStopped = 0;
    let toOther = 0;
    const stop = subscribeToInvalidations(platform.bus, 'menu', () => {
      toStopped += 1;
    });
    const stopOther = subscribeToInvalidations(platform.bus, 'menu', () => {
      toOther += 1;
    });
    await stop();
    const redis = await startRedis({ port });
    await eventually(() => {
      publishInvalidation(platform.bus, 'menu');
      expect(toOther).toBeGreaterThan(1);
    });
    expect(toStopped).toBe(0);
    await stopOther();
    await platform.close();
    await redis.stop();
  });
});
