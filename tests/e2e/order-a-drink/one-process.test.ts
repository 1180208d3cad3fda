/** The story in one process, as `npm start` runs it, on both backends of queues and live updates. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemoSystem } from '../../support/demo-system.js';
import { describeWithRedis, type RunningRedis, startRedis } from '../../support/redis.js';
import type { WholeSystem } from '../../support/whole-system.js';
import { refetchByIds } from './refetch.js';
import { orderADrink } from './story.js';

describe('one process on PostgreSQL alone', () => {
  let system: WholeSystem;
  beforeAll(async () => {
    system = await startDemoSystem();
  });
  afterAll(() => system?.stop());

  it("serves a guest who orders, pays and watches, and applies a scale's reading", async () => {
    await orderADrink(system);
  });

  it('lets a Relay client refetch by id what its caller may see, and nothing else', async () => {
    await refetchByIds(system.url);
  });

  it('shuts down cleanly on a signal', async () => {
    expect(await system.stop()).toBe(0);
  });
});

describeWithRedis('one process with Redis', () => {
  let redis: RunningRedis;
  let system: WholeSystem;
  beforeAll(async () => {
    redis = await startRedis();
    system = await startDemoSystem({ REDIS_URL: redis.url });
  });
  afterAll(async () => {
    await system?.stop();
    await redis?.stop();
  });

  it("serves a guest who orders, pays and watches, and applies a scale's reading", async () => {
    await orderADrink(system);
  });
});
