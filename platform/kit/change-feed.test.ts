import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { newId } from '../ids.js';
import { createLog } from '../log.js';
import { ChangeFeed, pruneLiveChanges } from './change-feed.js';

let database: FreshDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase('payment');
  pool = new pg.Pool({ connectionString: database.url, max: 6 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const log = createLog('silent');
const OUTLET_ID = newId();

/** As the triggers do it. */
async function note(
  client: { query(text: string, values: unknown[]): Promise<unknown> },
  id: string,
  at = 'now()',
): Promise<void> {
  await client.query(
    `INSERT INTO live_change (kind, id, outlet_id, franchise_id, version, changed_in, at)
     VALUES ('cup', $1, $2, $2, nextval('live_version'), pg_current_xact_id(), ${at})
     ON CONFLICT (kind, id) DO UPDATE SET version = nextval('live_version'), changed_in = excluded.changed_in, at = excluded.at`,
    [id, OUTLET_ID],
  );
}

async function watching(count = 1) {
  const feeds = Array.from({ length: count }, () => new ChangeFeed({ name: 'cups', pool, log }));
  const watchers = await Promise.all(feeds.map((feed) => feed.watch(({ kind }) => kind === 'cup')));
  return {
    feeds,
    watchers,
    stop: () => Promise.all(feeds.map((feed) => feed.stop())),
  };
}

/** Ids until `last` has come. */
async function idsUntil(last: string, watcher: AsyncIterator<{ readonly id: string }>): Promise<string[]> {
  const ids: string[] = [];
  while (ids.at(-1) !== last) {
    const { done, value } = await watcher.next();
    if (done) throw new Error('The feed has ended');
    ids.push(value.id);
  }
  return ids;
}

test('a change is given when its transaction commits, however late, and once', async () => {
  const { watchers, stop } = await watching();
  const [watcher] = watchers;
  if (watcher === undefined) throw new Error('Nobody watches');
  const [late, early, last] = [newId(), newId(), newId()];
  const client = await pool.connect();
  await client.query('BEGIN');
  await note(client, late);
  await note(pool, early);
  expect(await idsUntil(early, watcher)).toEqual([early]);
  await client.query('COMMIT');
  client.release();
  expect(await idsUntil(late, watcher)).toEqual([late]);
  await note(pool, last);
  expect(await idsUntil(last, watcher)).toEqual([last]);
  await stop();
});

test('what is rolled back is never given', async () => {
  const { watchers, stop } = await watching();
  const [watcher] = watchers;
  if (watcher === undefined) throw new Error('Nobody watches');
  const [never, last] = [newId(), newId()];
  const client = await pool.connect();
  await client.query('BEGIN');
  await note(client, never);
  await client.query('ROLLBACK');
  client.release();
  await note(pool, last);
  expect(await idsUntil(last, watcher)).toEqual([last]);
  await stop();
});

test('every process is given every change of concurrent transactions', async () => {
  const { watchers, stop } = await watching(2);
  const ids = Array.from({ length: 40 }, () => newId());
  const writer = async (own: readonly string[]) => {
    const client = await pool.connect();
    for (const id of own) {
      await client.query('BEGIN');
      await note(client, id);
      await client.query('SELECT pg_sleep(random() / 100)');
      await client.query('COMMIT');
    }
    client.release();
  };
  await Promise.all([0, 1, 2, 3].map((part) => writer(ids.filter((_, index) => index % 4 === part))));
  const last = newId();
  await note(pool, last);
  for (const watcher of watchers)
    expect((await idsUntil(last, watcher)).toSorted()).toEqual([...ids, last].toSorted());
  await stop();
});

test('versions of one thing rise in the order of the commits', async () => {
  const id = newId();
  const versions: number[] = [];
  const change = async () => {
    await note(pool, id);
    const { rows } = await pool.query(`SELECT version::int FROM live_change WHERE kind = 'cup' AND id = $1`, [
      id,
    ]);
    versions.push(rows[0].version);
  };
  for (let count = 0; count < 5; count += 1) await change();
  expect(versions).toEqual([...new Set(versions)].sort((one, other) => one - other));

  const [first, second] = [await pool.connect(), await pool.connect()];
  await first.query('BEGIN');
  await second.query('BEGIN');
  await second.query('SELECT pg_current_xact_id()');
  await note(first, id);
  const waiting = note(second, id);
  await first.query('COMMIT');
  const between = await pool.query(`SELECT version::int FROM live_change WHERE id = $1`, [id]);
  await waiting;
  await second.query('COMMIT');
  const after = await pool.query(`SELECT version::int FROM live_change WHERE id = $1`, [id]);
  for (const client of [first, second]) client.release();
  expect(after.rows[0].version).toBeGreaterThan(between.rows[0].version);
});

test('a watcher that reads slowly gets the latest of each thing, and has taken all once nothing waits', async () => {
  const { feeds, watchers, stop } = await watching();
  const [[feed], [watcher]] = [feeds, watchers];
  if (feed === undefined || watcher === undefined) throw new Error('Nobody watches');
  const [twice, once, last] = [newId(), newId(), newId()];
  await note(pool, twice);
  await idsUntil(twice, watcher);
  for (const id of [twice, once, twice]) await note(pool, id);
  // Another subscriber of the same feed has the last of them, so this one has all of them waiting.
  const other = await feed.watch(({ kind }) => kind === 'cup');
  await note(pool, last);
  await idsUntil(last, other);
  expect(watcher.taken).toBeUndefined();
  expect((await idsUntil(last, watcher)).toSorted()).toEqual([once, twice, last].toSorted());
  expect(watcher.taken).toBeDefined();
  await stop();
});

test('what has not changed for a day is deleted, and nothing else', async () => {
  const [old, young] = [newId(), newId()];
  await note(pool, old, `now() - interval '25 hours'`);
  await note(pool, young);
  while (await pruneLiveChanges(pool));
  const { rows } = await pool.query('SELECT id FROM live_change WHERE id = ANY ($1::uuid[])', [[old, young]]);
  expect(rows).toEqual([{ id: young }]);
});
