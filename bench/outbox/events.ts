/** Typical events of orders. */
import type pg from 'pg';
import { newCause } from '../../platform/events/envelope.js';
import { type OutboxRow, outboxRow, writeOutbox } from '../../platform/events/outbox.js';
import { newId } from '../../platform/ids.js';

const ROWS_A_STATEMENT = 2_000;

/** Writes this many to the outbox, not yet enqueued. */
export async function fillOutbox(pool: pg.Pool, count: number): Promise<void> {
  for (let written = 0; written < count; written += ROWS_A_STATEMENT) {
    const rows = Array.from({ length: Math.min(ROWS_A_STATEMENT, count - written) }, someRow);
    await writeOutbox(overPool(pool), rows);
  }
  await pool.query('VACUUM (ANALYZE) outbox');
  await pool.query('CHECKPOINT');
}

export function someRow(): OutboxRow {
  const orderId = newId();
  const data = {
    ...{ orderId, number: `K-${orderId.slice(-8)}`, customerId: newId() },
    ...{ outletId: newId(), franchiseId: newId(), paymentId: newId(), total: 52_000 },
  };
  return outboxRow(
    'order',
    { type: 'order.paid', aggregateId: orderId, aggregateVersion: 3, data },
    newCause(),
  );
}

/** A pool in the form of the transaction that `writeOutbox` takes: each statement is its own. */
function overPool(pool: pg.Pool) {
  return {
    $executeRawUnsafe: async (text: string, ...values: unknown[]) =>
      (await pool.query(text, values)).rowCount ?? 0,
    $queryRawUnsafe: () => Promise.reject(new Error('Nothing is read here')),
  };
}
