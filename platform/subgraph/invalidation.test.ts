/** Word of changes, for who keeps answers. */
import { expect, it, test } from 'vitest';
import { describeOnBothBackends } from '../../tests/support/platform.js';
import { describeWithRedis, startRedis } from '../../tests/support/redis.js';
import { eventually } from '../../tests/support/wait.js';
import { readConfig } from '../config.js';
import { openPlatform } from '../platform.js';
import { followChanges, tellChanged } from './invalidation.js';

describeOnBothBackends('Word of changes', (backend) => {
  test('reaches whoever follows the subgraph, in every process, until they stop', async () => {
    const other = await backend.another();
    let heard = 0;
    const stop = followChanges(backend.platform.bus, 'menu', () => {
      heard += 1;
    });
    await eventually(() => expect(heard).toBe(1));
    tellChanged(other.bus, 'menu');
    await eventually(() => expect(heard).toBe(2));
    tellChanged(other.bus, 'order');
    tellChanged(other.bus, 'menu');
    await eventually(() => expect(heard).toBe(3));
    await stop();
    await other.close();
  });
});

describeWithRedis('While Redis is away, whoever wants to follow', () => {
  it('is not kept waiting, and hears of changes once it is back', async () => {
    const { url, port, kill } = await startRedis();
    await kill();
    const platform = await openPlatform(readConfig({ REDIS_URL: url, LOG_LEVEL: 'silent' }));
    let heard = 0;
    const stop = followChanges(platform.bus, 'menu', () => {
      heard += 1;
    });
    const redis = await startRedis({ port });
    await eventually(() => {
      tellChanged(platform.bus, 'menu');
      expect(heard).toBeGreaterThan(1);
    });
    await stop();
    await platform.close();
    await redis.stop();
  });

  it('may stop before it is', async () => {
    const { url, kill } = await startRedis();
    await kill();
    const platform = await openPlatform(readConfig({ REDIS_URL: url, LOG_LEVEL: 'silent' }));
    const stop = followChanges(platform.bus, 'menu', () => undefined);
    await expect(stop()).resolves.toBeUndefined();
    await platform.close();
  });
});
