/**
 * Last step: applies stored batches, each once, by jobs that name them. A sweep applies the batches whose job was lost, and
 * deletes old dead letters. What shelves weigh counts once it has stayed, also where no further reading comes.
 */
import { startPollLoop } from '../../../platform/kit/poll-loop.js';
import { counter } from '../../../platform/metrics.js';
import type { Platform } from '../../../platform/platform.js';
import { publishLevels } from '../published.js';
import type { OwnStockDatabase } from '../store/database.js';
import { deleteOldDeadLetters } from '../store/dead-letters.js';
import { BATCHES_A_SWEEP, findPendingBatches, settleShelves, updateLevels } from '../store/readings.js';

export const READINGS_QUEUE = 'stock.readings';

const JOBS_AT_ONCE = 2;
const SWEEP_INTERVAL_MILLISECONDS = 5_000;
const SETTLE_INTERVAL_MILLISECONDS = 500;

const applied = counter('kedai_ingest_batches_applied_total', 'Batches of readings applied', ['by']);

export interface ReadingsJob {
  readonly batchIds: readonly string[];
}

export function startApplying(platform: Platform, database: OwnStockDatabase): { stop(): Promise<void> } {
  const { bus, log, queues } = platform;

  async function apply(batchIds: readonly string[], by: 'job' | 'sweep'): Promise<void> {
    publishLevels(bus, await updateLevels(database, batchIds));
    applied.inc({ by }, batchIds.length);
  }

  const worker = queues.work<ReadingsJob>(READINGS_QUEUE, ({ batchIds }) => apply(batchIds, 'job'), {
    concurrency: JOBS_AT_ONCE,
  });
  const sweep = startPollLoop({
    name: 'ingest.sweep',
    intervalMilliseconds: SWEEP_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      const batchIds = await findPendingBatches(database);
      if (batchIds.length > 0) await apply(batchIds, 'sweep');
      await deleteOldDeadLetters(database);
      return batchIds.length === BATCHES_A_SWEEP ? 'more' : 'done';
    },
  });
  const settling = startPollLoop({
    name: 'ingest.settle',
    intervalMilliseconds: SETTLE_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      publishLevels(bus, await settleShelves(database));
      return 'done';
    },
  });
  return {
    async stop() {
      await Promise.all([worker.stop(), sweep.stop(), settling.stop()]);
    },
  };
}
