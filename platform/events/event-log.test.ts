import pg from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { accountUrl } from '../database/access-roles.js';
import { newId } from '../ids.js';
import { sqlFailureOf } from '../sql/sql-failure.js';
import { moveToLog } from './event-log.js';
import { PERSONAL_EVENT_TYPES } from './event-types.js';

const THREE_DAYS_AGO = `now() - interval '3 days'`;

let file: FreshDatabase;
let owner: pg.Pool;
let worker: pg.Pool;

beforeAll(async () => {
  file = await freshDatabase('order');
  owner = new pg.Pool({ connectionString: file.url });
  worker = new pg.Pool({ connectionString: accountUrl(file.url, 'order', 'worker') });
});
afterAll(async () => {
  await Promise.all([owner?.end(), worker?.end()]);
  await file?.drop();
});

/** An event in the outbox, enqueued so many days ago. */
async function anEvent({ id = newId(), type = 'order.ready', days = 4 } = {}): Promise<string> {
  await owner.query(
    `INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata, enqueued_at)
     VALUES ($1, $2, 1, 'order', now(), $3, 5, '{"number": "A-1"}', '{"correlationId": "c"}', now() - make_interval(days => $4))`,
    [id, type, newId(), days],
  );
  return id;
}

async function idsIn(table: 'outbox' | 'event_log' | 'event_history', ids: readonly string[]) {
  const { rows } = await worker.query<{ id: string }>(
    `SELECT id FROM ${table} WHERE id = ANY ($1) ORDER BY id`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

async function partitionOf(id: string): Promise<string | undefined> {
  const { rows } = await owner.query<{ partition: string }>(
    'SELECT tableoid::regclass::text AS partition FROM event_log WHERE id = $1',
    [id],
  );
  return rows[0]?.partition;
}

async function refusalOf(pool: pg.Pool, statement: string): Promise<string | undefined> {
  try {
    await pool.query(statement);
    return undefined;
  } catch (error) {
    return sqlFailureOf(error)?.sqlState;
  }
}

function idIn(months: number): string {
  const now = new Date();
  return v7({ msecs: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15) });
}

function nameOfMonth(months: number): string {
  const now = new Date();
  const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
  return `partitions.event_log_${month.toISOString().slice(0, 7).replace('-', '_')}`;
}

describe('the event log', () => {
  it('takes events from the outbox, whole, once their retention has passed', async () => {
    const [past, recent] = [await anEvent(), await anEvent({ days: 2 })];
    const contentOf = async (table: string) => {
      const { rows } = await owner.query(
        `SELECT type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata FROM ${table} WHERE id = $1`,
        [past],
      );
      return rows;
    };
    const published = await contentOf('outbox');
    await moveToLog(worker, THREE_DAYS_AGO);
    expect(await idsIn('outbox', [past, recent])).toEqual([recent]);
    expect(await idsIn('event_log', [past, recent])).toEqual([past]);
    expect(await contentOf('event_log')).toEqual(published);
  });

  it('is with the outbox the whole history', async () => {
    const ids = [await anEvent(), await anEvent({ days: 0 })].toSorted();
    await moveToLog(worker, THREE_DAYS_AGO);
    expect(await idsIn('event_history', ids)).toEqual(ids);
  });

  it('never has an event with personal data, which is deleted after its retention', async () => {
    const ids = await Promise.all(PERSONAL_EVENT_TYPES.map((type) => anEvent({ type })));
    await moveToLog(worker, THREE_DAYS_AGO);
    expect(await idsIn('event_history', ids)).toEqual([]);
  });

  it('has no words of people, which may say anything about anybody', async () => {
    const id = await anEvent({ type: 'order.cancelled' });
    await owner.query(`UPDATE outbox SET data = data || '{"reason": "Wayan is ill"}' WHERE id = $1`, [id]);
    await moveToLog(worker, THREE_DAYS_AGO);
    const { rows } = await owner.query('SELECT data FROM event_log WHERE id = $1', [id]);
    expect(rows).toEqual([{ data: { number: 'A-1' } }]);
  });

  it('says whether more events have to be moved, however many were not enqueued for a while', async () => {
    await owner.query(
      `INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata, enqueued_at)
       SELECT gen_random_uuid(), 'order.ready', 1, 'order', now(), n, 5, '{}', '{}', now() - interval '4 days'
       FROM generate_series(1, 5001) AS n`,
    );
    expect(await moveToLog(worker, THREE_DAYS_AGO)).toBe(true);
    expect(await moveToLog(worker, THREE_DAYS_AGO)).toBe(false);
  });

  it.each(['UPDATE event_log SET type = type', 'DELETE FROM event_log', 'TRUNCATE event_log'])(
    'refuses %s to everybody',
    async (statement) => {
      await anEvent();
      await moveToLog(worker, THREE_DAYS_AGO);
      expect(await refusalOf(owner, statement)).toBe('23514');
      expect(await refusalOf(worker, statement)).toBe('42501');
    },
  );

  it('has a partition for each month, which is reached by no other name', async () => {
    const ids = await Promise.all([-1, 0, 2].map((months) => anEvent({ id: idIn(months) })));
    await moveToLog(worker, THREE_DAYS_AGO);
    expect(await Promise.all(ids.map(partitionOf))).toEqual([-1, 0, 2].map(nameOfMonth));
    expect(await refusalOf(worker, `SELECT FROM ${nameOfMonth(0)}`)).toBe('42501');
  });
});
