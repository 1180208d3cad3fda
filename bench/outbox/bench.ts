/** `npm run bench -- outbox`: a backlog of events from the outbox to a consumer with its inbox, on each kind of queue. */

import { findProgram } from '../../deploy/local-fleet/program.js';
import { REDIS_PROGRAMS } from '../../deploy/local-fleet/redis.js';
import { startRedis } from '../../tests/support/redis.js';
import type { Bench, Figure } from '../result.js';
import { queueAlone, statementsAlone } from './limits.js';
import { openOutboxHarness } from './outbox-harness.js';

const EVENTS = 30_000;
const ONE_BY_ONE = 6_000;
const TARGET = 3_000;

export const bench: Bench = async (report) => {
  const figures: Record<string, Figure> = {};
  const peers: Record<string, Record<string, Figure>> = {};

  async function measure(backend: string, settings: NodeJS.ProcessEnv, target: Partial<Figure>) {
    const harness = await openOutboxHarness(settings);
    try {
      report(`${backend}: warming up`);
      await harness.enqueue(EVENTS / 10);
      await harness.consume();
      report(`${backend}: ${EVENTS.toLocaleString('en')} events enqueued, then consumed`);
      const enqueued = await harness.enqueue(EVENTS);
      const consumed = await harness.consume();
      report(`${backend}: both at once`);
      const drained = await harness.drain(EVENTS);
      report(`${backend}: ${ONE_BY_ONE.toLocaleString('en')} events, each in a job of its own`);
      await harness.trickle(ONE_BY_ONE);
      const oneByOne = await harness.consume();
      report(`${backend}: the limits`);
      const statements = await statementsAlone(harness.pool, EVENTS);
      const queue = await queueAlone(harness.platform.queues, ONE_BY_ONE);
      const rate = (value: number): Figure => ({ value, unit: 'events/s' });
      Object.assign(figures, {
        [`${backend}, enqueued`]: { ...rate(enqueued), ...target },
        [`${backend}, consumed`]: rate(consumed),
        [`${backend}, consumed, a job an event`]: rate(oneByOne),
        [`${backend}, enqueued and consumed at once`]: { ...rate(drained), ...target },
      });
      peers['the statements alone'] = {
        ...peers['the statements alone'],
        [`${backend}, enqueued`]: rate(statements.marked),
        [`${backend}, consumed`]: rate(statements.consumed),
      };
      peers['the queue alone'] = {
        ...peers['the queue alone'],
        [`${backend}, enqueued, a job an event`]: rate(queue.added),
        [`${backend}, consumed, a job an event`]: rate(queue.worked),
      };
    } finally {
      await harness.close();
    }
  }

  if (findProgram(...REDIS_PROGRAMS) === undefined) report('no Redis on this machine: that part is left out');
  else {
    const redis = await startRedis();
    await measure('Redis', { REDIS_URL: redis.url }, { target: TARGET });
    await redis.stop();
  }
  await measure('PostgreSQL', {}, {});
  return { figures, peers };
};
