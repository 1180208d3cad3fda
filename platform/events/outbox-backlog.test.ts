/** What `/metrics` says of events that wait while no relay runs. */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { newId } from '../ids.js';
import { metrics } from '../metrics.js';
import { showBacklog } from './outbox-backlog.js';

let database: FreshDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase('messages');
  pool = new pg.Pool({ connectionString: database.url });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function shown(name: string): Promise<number | undefined> {
  const metric = await metrics.getSingleMetric(name)?.get();
  return metric?.values.find(({ labels }) => labels.source === 'test')?.value;
}

async function write(secondsAgo: number): Promise<void> {
  await pool.query(
    `INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
     VALUES ($1, 'test', 1, 'test', now() - make_interval(secs => $2), 'a', 1, '{}', '{}')`,
    [newId(), secondsAgo],
  );
}

it('are counted at the scrape, with the age of the oldest, though nothing enqueues them', async () => {
  const callOff = showBacklog('test', pool);
  expect(await shown('kedai_outbox_waiting')).toBe(0);
  expect(await shown('kedai_outbox_oldest_seconds')).toBe(0);

  await write(600);
  await write(5);
  expect(await shown('kedai_outbox_waiting')).toBe(2);
  expect(await shown('kedai_outbox_oldest_seconds')).toBeGreaterThanOrEqual(600);

  await pool.query('UPDATE outbox SET enqueued_at = now()');
  expect(await shown('kedai_outbox_waiting')).toBe(0);
  expect(await shown('kedai_outbox_oldest_seconds')).toBe(0);
  callOff();
  expect(await shown('kedai_outbox_waiting')).toBeUndefined();
});

it('have no figure while their database does not answer', async () => {
  const away = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
  const callOff = showBacklog('test', away);
  expect(await shown('kedai_outbox_waiting')).toBeUndefined();
  callOff();
  await away.end();
});
