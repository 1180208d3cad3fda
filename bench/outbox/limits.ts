/** The upper bounds: the same statements without a queue, and the queue alone with a job for each event. */
import { EventEmitter, once } from 'node:events';
import type pg from 'pg';
import { newCause } from '../../platform/events/envelope.js';
import { newId } from '../../platform/ids.js';
import type { Queues } from '../../platform/queue/queues.js';
import { fillOutbox } from './events.js';

const BATCH = 500;
const WORKERS = 64;

/** @returns events a second, claimed and marked, and written to an inbox with their effect. */
export async function statementsAlone(
  pool: pg.Pool,
  count: number,
): Promise<{ marked: number; consumed: number }> {
  await fillOutbox(pool, count);
  const client = await pool.connect();
  try {
    const markingAt = performance.now();
    const batches: string[][] = [];
    for (;;) {
      await client.query('BEGIN');
      const { rows } = await client.query<{ id: string }>({
        name: 'bench-claim',
        text: `SELECT id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata FROM outbox
               WHERE enqueued_at IS NULL ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
      });
      const ids = rows.map(({ id }) => id);
      await client.query({
        name: 'bench-mark',
        text: 'UPDATE outbox SET enqueued_at = now() WHERE id = ANY ($1::uuid[])',
        values: [ids],
      });
      await client.query('COMMIT');
      if (ids.length === 0) break;
      batches.push(ids);
    }
    const consumingAt = performance.now();
    for (const ids of batches) {
      await client.query('BEGIN');
      await client.query({
        name: 'bench-inbox',
        text: "INSERT INTO inbox (consumer, event_id) SELECT 'limit', unnest($1::uuid[]) ON CONFLICT DO NOTHING",
        values: [ids],
      });
      await client.query({
        name: 'bench-effect',
        text: 'INSERT INTO effect SELECT unnest($1::uuid[])',
        values: [ids],
      });
      await client.query('COMMIT');
    }
    const endedAt = performance.now();
    return {
      marked: (count * 1_000) / (consumingAt - markingAt),
      consumed: (count * 1_000) / (endedAt - consumingAt),
    };
  } finally {
    client.release();
  }
}

/** @returns jobs a second, added and worked off with nothing to do. */
export async function queueAlone(queues: Queues, count: number): Promise<{ added: number; worked: number }> {
  const queue = 'bench.limit';
  const addingAt = performance.now();
  for (let added = 0; added < count; added += BATCH) {
    await queues.addBulk(
      queue,
      Array.from({ length: Math.min(BATCH, count - added) }, () => ({ data: someData(), jobId: newId() })),
    );
  }
  const workingAt = performance.now();
  const worked = new EventEmitter();
  let left = count;
  const work = queues.work(
    queue,
    async () => {
      left -= 1;
      if (left === 0) worked.emit('all');
    },
    { concurrency: WORKERS },
  );
  await once(worked, 'all');
  const endedAt = performance.now();
  await work.stop();
  return {
    added: (count * 1_000) / (workingAt - addingAt),
    worked: (count * 1_000) / (endedAt - workingAt),
  };
}

/** About the size of an event. */
function someData() {
  const orderId = newId();
  return {
    ...{ id: newId(), type: 'order.paid', version: 1, source: 'order', aggregateId: orderId },
    ...{ aggregateVersion: 3, occurredAt: new Date().toISOString() },
    data: {
      ...{ orderId, number: 'K-1', customerId: newId() },
      ...{ outletId: newId(), franchiseId: newId(), paymentId: newId(), total: 52_000 },
    },
    metadata: newCause(),
  };
}
