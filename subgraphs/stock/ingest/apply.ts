/**
 * Last steps: a job names stored batches, and applying them moves the levels, once. A sweep applies what was stored and whose
 * job was lost, and clears out what is long past.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { counter } from '../../../platform/metrics.js';
import type { Platform } from '../../../platform/platform.js';
import type { StockDatabase } from '../store/database.js';
import { levelsSchema, publishLevels } from '../store/levels.js';

export const READINGS_QUEUE = 'stock.readings';

const BATCHES_AT_ONCE = 2;
const SWEEP_MILLISECONDS = 5_000;
/** A job is given this long before the sweep takes its batch. */
const PATIENCE = '10 seconds';
const READINGS_KEPT = '30 days';
const DEAD_LETTERS_KEPT = 10_000;

const applied = counter('kedai_ingest_batches_applied_total', 'Batches of readings applied', ['by']);

export interface ReadingsJob {
  readonly batchIds: readonly string[];
}

export function startApplying(platform: Platform, database: StockDatabase): { stop(): Promise<void> } {
  const { bus, log, queues } = platform;
  const ending = new AbortController();

  async function apply(batchIds: readonly string[], by: 'job' | 'sweep'): Promise<void> {
    const { rows } = await database.pool.query<{ levels: unknown }>({
      name: 'apply-readings',
      text: 'SELECT levels FROM apply_readings($1)',
      values: [batchIds],
    });
    publishLevels(bus, levelsSchema.parse(rows[0]?.levels));
    applied.inc({ by }, batchIds.length);
  }

  async function sweep(): Promise<void> {
    while (!ending.signal.aborted) {
      try {
        const batchIds = await pendingBatches(database);
        if (batchIds.length > 0) await apply(batchIds, 'sweep');
        await prune(database);
      } catch (error) {
        log.warn({ error: String(error) }, 'ingest: the sweep will try again');
      }
      await delay(SWEEP_MILLISECONDS, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  }

  const worker = queues.work<ReadingsJob>(READINGS_QUEUE, ({ batchIds }) => apply(batchIds, 'job'), {
    concurrency: BATCHES_AT_ONCE,
  });
  const sweeping = sweep();
  return {
    async stop() {
      ending.abort();
      await Promise.all([worker.stop(), sweeping]);
    },
  };
}

/** Stored a while ago and not applied yet, oldest first. */
async function pendingBatches({ pool }: StockDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM reading_batch WHERE applied_at IS NULL AND received_at < now() - interval '${PATIENCE}'
     ORDER BY received_at LIMIT 50`,
  );
  return rows.map(({ id }) => id);
}

/** A reading that comes again after its row is gone is stored again, and moves nothing: the shelf has said more since. */
async function prune({ pool }: StockDatabase): Promise<void> {
  await pool.query(
    `WITH old AS (
       DELETE FROM reading_batch WHERE id IN
         (SELECT id FROM reading_batch WHERE applied_at IS NOT NULL AND received_at < now() - interval '${READINGS_KEPT}'
          ORDER BY received_at LIMIT 50)
       RETURNING id
     )
     DELETE FROM reading WHERE batch_id IN (SELECT id FROM old)`,
  );
  await pool.query(
    `DELETE FROM dead_letter WHERE id <= (SELECT id FROM dead_letter ORDER BY id DESC OFFSET ${DEAD_LETTERS_KEPT} LIMIT 1)`,
  );
}
