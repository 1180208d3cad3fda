/** A reading is stored once per boot and sequence number, in whatever order and by however many processes it is delivered. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import type { Reading } from '../domain/shelf-message.js';
import {
  type GivenItem,
  type GivenShelf,
  givenItem,
  givenOutlet,
  givenShelf,
  openTestStock,
  SILENT_BUS,
  type TestStock,
} from '../testing/harness.js';
import { type OwnStockDatabase, openStockDatabase } from './database.js';
import { insertReadings } from './readings.js';

let stock: TestStock;
let other: OwnStockDatabase;
let item: GivenItem;
beforeAll(async () => {
  stock = await openTestStock();
  other = openStockDatabase(stock.url, SILENT_BUS);
  item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
});
afterAll(async () => {
  await other.close();
  await stock.close();
});

const aShelf = () => givenShelf(stock, item);

function readingOf(shelf: GivenShelf, seq: number, bootId = 'boot-1'): Reading {
  return {
    kind: 'reading',
    shelfId: shelf.id,
    outletId: shelf.outletId,
    bootId,
    seq,
    at: new Date('2026-11-20T08:00:00Z'),
    grams: 500,
    batteryPercent: null,
    message: { topic: '', payload: new Uint8Array() },
  };
}

function cut<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** How many readings were stored of those delivered. */
async function deliver(readings: readonly Reading[], database: OwnStockDatabase = stock.database) {
  let sum = 0;
  for (const batch of cut(readings, 250)) sum += (await insertReadings(database, batch)).stored;
  return sum;
}

async function storedSeqs(shelf: GivenShelf): Promise<number[]> {
  const { rows } = await stock.database.pool.query<{ seq: number }>(
    'SELECT seq::float8 AS seq FROM reading JOIN shelf_boot ON number = boot WHERE shelf_id = $1 ORDER BY seq',
    [shelf.id],
  );
  return rows.map(({ seq }) => seq);
}

/** What the guard of a shelf's boots takes. */
async function guardOf(shelf: GivenShelf) {
  const { rows } = await stock.database.pool.query<{ bytes: number; spilled: number }>(
    `SELECT max(pg_column_size(seqs)) AS bytes,
            (SELECT count(*)::integer FROM seen_seq_range AS range WHERE range.boot = ANY (array_agg(seen.boot))) AS spilled
     FROM seen_seqs AS seen JOIN shelf_boot ON number = boot WHERE shelf_id = $1`,
    [shelf.id],
  );
  return rows[0];
}

const COUNT = 5_000;
const counted = Array.from({ length: COUNT }, (_, index) => index);
const everySecond = counted.map((index) => Date.UTC(2026, 10, 20) + index * 1_000);

/** Far from their order: neighbours come 1,777 places apart. */
const shuffled = <Item>(items: readonly Item[]): Item[] =>
  items.flatMap((_, index) => items.slice((index * 1_777) % items.length).slice(0, 1));
const oddFirst = <Item>(items: readonly Item[]): Item[] => [
  ...items.filter((_, index) => index % 2 === 1),
  ...items.filter((_, index) => index % 2 === 0),
];

describe.each([
  ['counts', counted],
  ['numbers its readings by milliseconds', everySecond],
])('a boot that %s has each reading stored once', (_, seqs) => {
  test.each([
    ['in order', seqs],
    ['last first', seqs.toReversed()],
    ['shuffled', shuffled(seqs)],
    ['every other one late', oddFirst(seqs)],
  ])('delivered %s, and again', async (_order, delivered) => {
    const shelf = await aShelf();
    const readings = delivered.map((seq) => readingOf(shelf, seq));
    expect(await deliver(readings)).toBe(COUNT);
    expect(await storedSeqs(shelf)).toEqual(seqs);
    expect(await deliver(readings)).toBe(0);
    expect(await deliver(shuffled(readings))).toBe(0);
    expect(await storedSeqs(shelf)).toEqual(seqs);
  });
});

test('twice in one batch is once, late or not', async () => {
  const shelf = await aShelf();
  const twice = (seqs: readonly number[]) => [...seqs, ...seqs].map((seq) => readingOf(shelf, seq));
  expect(await deliver(twice(everySecond.slice(1_000, 1_100)))).toBe(100);
  expect(await deliver(twice(everySecond.slice(0, 100)))).toBe(100);
  expect(await deliver(twice(everySecond.slice(0, 110)))).toBe(10);
});

test('what is remembered of a boot stays small, whatever it numbers its readings by', async () => {
  const [steady, sparse] = [await aShelf(), await aShelf()];
  await deliver(counted.map((seq) => readingOf(steady, seq)));
  await deliver(everySecond.map((seq) => readingOf(sparse, seq)));
  expect(await guardOf(steady)).toMatchObject({ spilled: 0 });
  expect((await guardOf(steady))?.bytes).toBeLessThan(64);
  expect((await guardOf(sparse))?.bytes).toBeLessThan(2_000);
});

test('two processes that store the same readings of the same boots at once store each once, without a deadlock', async () => {
  const shelves = await Promise.all(Array.from({ length: 20 }, aShelf));
  const rounds = Array.from({ length: 40 }, (_, round) =>
    shelves.flatMap((shelf) =>
      [0, 1, 2].map((step) => readingOf(shelf, round * 2 + step, `boot-${Math.floor(round / 8)}`)),
    ),
  );
  const deadlocks = async () =>
    (
      await stock.database.pool.query(
        'SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()',
      )
    ).rows;
  const before = await deadlocks();
  let stored = 0;
  for (const readings of rounds) {
    const results = await Promise.all([
      insertReadings(stock.database, readings),
      insertReadings(other, readings.toReversed()),
      insertReadings(stock.database, oddFirst(readings)),
      insertReadings(other, shuffled(readings)),
    ]);
    for (const result of results) stored += result.stored;
  }
  const distinct = new Set(rounds.flat().map(({ shelfId, bootId, seq }) => `${shelfId} ${bootId} ${seq}`));
  expect(stored).toBe(distinct.size);
  const { rows } = await stock.database.pool.query(
    `SELECT count(*)::integer AS count, count(DISTINCT (boot, seq))::integer AS once FROM reading
     JOIN shelf_boot ON number = boot WHERE shelf_id = ANY ($1)`,
    [shelves.map(({ id }) => id)],
  );
  expect(rows).toEqual([{ count: distinct.size, once: distinct.size }]);
  expect(await deadlocks()).toEqual(before);
});

test('a batch that is not committed leaves nothing seen', async () => {
  const shelf = await aShelf();
  const client = await stock.database.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT store_readings($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
      ...[newId(), newId(), [shelf.id], [shelf.outletId], ['boot-1'], [7], [500]],
      ...[['2026-11-20T08:00:00.000Z'], [null]],
    ]);
    await client.query('ROLLBACK');
  } finally {
    client.release();
  }
  expect(await deliver([readingOf(shelf, 7)])).toBe(1);
});
