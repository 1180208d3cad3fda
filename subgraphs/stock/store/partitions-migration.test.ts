/**
 * The movements, reservations and readings of an older database move into partitions while processes of the release before store,
 * apply, reserve and take: nothing is lost, nothing is stored twice, and no statement fails.
 */
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { type UpgradedDatabase, upgradedDatabase } from '../../../tests/support/older-database.js';
import type { Reading } from '../domain/shelf-message.js';
import {
  expectLedgerToBalance,
  figuresOf,
  type GivenItem,
  type GivenShelf,
  givenItem,
  givenOutlet,
  givenShelf,
  SILENT_BUS,
  type TestStock,
} from '../testing/harness.js';
import { openStockDatabase } from './database.js';
import { countMovements } from './movements.js';
import { insertReadings, updateLevels } from './readings.js';
import { insertReservations, updateReservations } from './reservations.js';

const DAY = 86_400_000;
const OLD_READINGS = 20_000;

let older: UpgradedDatabase;
let stock: TestStock;
let counted: GivenItem;
let shelves: GivenShelf[];
/** Of every reading that was acknowledged. */
const delivered = new Set<string>();
const orderIds: string[] = [];
const failures: unknown[] = [];
let turns = 0;

beforeAll(async () => {
  older = await upgradedDatabase('stock', {
    before: '20261129171000_seen_seqs',
    rows: '',
    async during(url) {
      const database = openStockDatabase(url, SILENT_BUS);
      stock = { url, database, close: () => database.close() };
      await fill();
      return use();
    },
  });
}, 120_000);
afterAll(async () => {
  await stock.close();
  await older.drop();
});

/** What a chain has after some months. */
async function fill(): Promise<void> {
  const place = await givenOutlet(stock);
  counted = await givenItem(stock, { ...place, onHand: 1_000_000 });
  shelves = [];
  for (let count = 0; count < 4; count += 1) {
    shelves.push(await givenShelf(stock, await givenItem(stock, { ...place, tracking: 'SHELF' })));
  }
  for (const daysAgo of [200, 100, 40, 1]) {
    for (let order = 0; order < 20; order += 1) orderIds.push(v7({ msecs: Date.now() - daysAgo * DAY }));
  }
  await reserve(orderIds);
  await take(orderIds.slice(0, 60));
  for (const [index, shelf] of shelves.entries()) {
    const batchId = v7({ msecs: Date.now() - index * 15 * DAY });
    await stock.database.pool.query(
      'INSERT INTO reading_batch (id, applied_at, trace_id) VALUES ($1, now(), $1)',
      [batchId],
    );
    await stock.database.pool.query(
      `WITH boot AS (
         INSERT INTO shelf_boot (shelf_id, franchise_id, outlet_id, boot_id)
         SELECT id, franchise_id, outlet_id, 'boot-1' FROM shelf WHERE id = $1 RETURNING *
       )
       INSERT INTO reading (boot, seq, batch_id, franchise_id, outlet_id, grams, at)
       SELECT number, seq, $2, franchise_id, outlet_id, 0, now() FROM boot, generate_series(0, $3) AS seq`,
      [shelf.id, batchId, OLD_READINGS - 1],
    );
  }
}

/** The statements of processes in use, over and over. */
function use() {
  let isEnding = false;
  const forever = async (turn: (count: number) => Promise<void>) => {
    for (let count = 0; !isEnding; count += 1) {
      try {
        await turn(count);
        turns += 1;
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const loops = [
    forever((count) => deliver(count, 1)),
    forever((count) => deliver(count, 1)),
    forever((count) => deliver(count, 1_000)),
    forever(async () => {
      const added = Array.from({ length: 5 }, newId);
      await reserve(added);
      orderIds.push(...added);
      await Promise.all([reserve(added), take(added.slice(0, 3))]);
    }),
    forever(async () => {
      await stock.database.prisma.stockMovement.create({
        data: {
          ...{ stockItemId: counted.id, outletId: counted.outletId, franchiseId: counted.franchiseId },
          ...{ figure: 'ON_HAND', delta: 1, kind: 'COUNT', traceId: newId(), personId: newId() },
        },
      });
    }),
  ];
  return {
    async end() {
      isEnding = true;
      await Promise.all(loops);
    },
  };
}

/** Readings, half of which were delivered before; stored and applied. */
async function deliver(count: number, step: number): Promise<void> {
  const readings = shelves.flatMap((shelf) =>
    Array.from({ length: 10 }, (_, index) => readingOf(shelf, (OLD_READINGS - 5 + count * 5 + index) * step)),
  );
  const { batchId, stored } = await insertReadings(stock.database, readings);
  for (const { shelfId, seq } of readings) delivered.add(`${shelfId} ${seq}`);
  if (stored > 0) await updateLevels(stock.database, [batchId]);
}

function readingOf(shelf: GivenShelf, seq: number): Reading {
  return {
    ...{ kind: 'reading', shelfId: shelf.id, outletId: shelf.outletId, bootId: 'boot-1', seq },
    ...{ at: new Date(), grams: seq % 5_000, batteryPercent: null },
    message: { topic: '', payload: new Uint8Array() },
  };
}

async function reserve(ids: readonly string[]): Promise<void> {
  const { outletId, ingredientId } = counted;
  const requirements = [{ ingredientId, quantity: 1 }];
  await insertReservations(
    stock.database.pool,
    'test',
    ids.map((orderId) => ({ eventId: newId(), orderId, outletId, requirements, cause: newCause() })),
  );
}

async function take(ids: readonly string[]): Promise<void> {
  const { outletId } = counted;
  await updateReservations(
    stock.database.pool,
    'test',
    ids.map((orderId) => ({
      ...{ eventId: newId(), orderId, outletId, step: 'TAKE', version: 5 },
      cause: newCause(),
    })),
  );
}

const read = async (statement: string) => (await stock.database.pool.query(statement)).rows;

test('no statement failed', () => {
  expect(failures).toEqual([]);
  expect(turns).toBeGreaterThan(20);
});

test('every reading is there, once, and is not stored again', async () => {
  for (const shelf of shelves) {
    for (let seq = 0; seq < OLD_READINGS; seq += 1) delivered.add(`${shelf.id} ${seq}`);
  }
  const stored = await read('SELECT shelf_id, seq FROM reading JOIN shelf_boot ON number = boot');
  expect(stored).toHaveLength(delivered.size);
  expect(new Set(stored.map(({ shelf_id, seq }) => `${shelf_id} ${seq}`))).toEqual(delivered);
  const again = shelves.flatMap((shelf) => [0, 7, OLD_READINGS - 1].map((seq) => readingOf(shelf, seq)));
  expect((await insertReadings(stock.database, again)).stored).toBe(0);
  expect(
    await read('SELECT count(*)::integer AS pending FROM reading_batch WHERE applied_at IS NULL'),
  ).toEqual([{ pending: 0 }]);
});

test('every order has the one answer that it got', async () => {
  const answers = await read('SELECT order_id FROM order_promise ORDER BY order_id');
  expect(answers.map(({ order_id }) => order_id)).toEqual(orderIds.toSorted());
  const lines = await read('SELECT order_id FROM reservation ORDER BY order_id');
  expect(lines.map(({ order_id }) => order_id)).toEqual(orderIds.toSorted());
});

test('every figure is what its ledger says, with each order’s movements', async () => {
  await expectLedgerToBalance(stock);
  const [{ taken } = { taken: 0 }] = await read(
    `SELECT count(*)::integer AS taken FROM order_promise WHERE state = 'TAKEN'`,
  );
  const [{ counts } = { counts: 0 }] = await read(
    `SELECT count(*)::integer AS counts FROM stock_movement WHERE kind = 'COUNT'`,
  );
  expect(await figuresOf(stock, counted)).toMatchObject({
    onHand: 1_000_000 - taken + counts,
    reserved: orderIds.length - taken,
  });
  expect(await countMovements(stock.database, [counted.id])).toEqual([
    { id: counted.id, count: 1 + counts + orderIds.length + 2 * taken },
  ]);
});

test('what is new goes to the partition of its time, and the default partitions are empty', async () => {
  await reserve([v7({ msecs: Date.now() + 62 * DAY })]);
  const rows = await read('SELECT name, default_rows::integer AS rows FROM partition_report()');
  expect(rows.filter(({ rows: count }) => count > 0)).toEqual([]);
});
