import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { storeReadings } from '../store/readings.js';
import { advanceReservations, reserve } from '../store/reservations.js';
import {
  eventsOf,
  expectBooksToHold,
  figuresOf,
  type GivenItem,
  type GivenShelf,
  givenItem,
  givenOutlet,
  givenShelf,
  newCause,
  openStockBooks,
  type Place,
  type StockBooks,
} from '../testing/harness.js';
import type { Reading } from './message.js';

let books: StockBooks;
let outlet: Place;
let item: GivenItem;
beforeAll(async () => {
  books = await openStockBooks();
  outlet = await givenOutlet(books);
});
afterEach(() => expectBooksToHold(books));
afterAll(() => books.close());

async function scale(options?: { gramsPerUnit?: number; tareGrams?: number }): Promise<GivenShelf> {
  item = await givenItem(books, { ...outlet, tracking: 'SHELF' });
  return givenShelf(books, item, options);
}

function reading(shelf: GivenShelf, seq: number, grams: number, bootId = 'boot-1'): Reading {
  return {
    kind: 'reading',
    shelfId: shelf.id,
    outletId: shelf.outletId,
    bootId,
    seq,
    at: new Date(Date.UTC(2026, 10, 20, 8, 0, seq)),
    grams,
    batteryPercent: 80,
    message: { topic: '', payload: new Uint8Array() },
  };
}

async function store(...readings: Reading[]): Promise<string> {
  return (await storeReadings(books.database, readings)).batchId;
}

async function apply(...batchIds: string[]): Promise<void> {
  await books.database.pool.query('SELECT levels FROM apply_readings($1)', [batchIds]);
}

async function say(...readings: Reading[]): Promise<void> {
  await apply(await store(...readings));
}

async function onHand(): Promise<number> {
  return (await figuresOf(books, item)).onHand;
}

/** The readings of a shelf that the ledger names, oldest movement first. */
async function moversOf(shelf: GivenShelf): Promise<string[]> {
  const movements = await books.database.prisma.stockMovement.findMany({
    where: { shelfId: shelf.id },
    distinct: ['bootId', 'seq'],
    orderBy: { id: 'asc' },
  });
  return movements.map(({ bootId, seq }) => `${bootId} ${seq}`);
}

async function draw(quantity: number): Promise<string> {
  const orderId = newId();
  const { outletId, ingredientId } = item;
  const { pool } = books.database;
  const cause = newCause();
  const requirements = [{ ingredientId, quantity }];
  await reserve(pool, 'test', [{ eventId: newId(), orderId, outletId, requirements, cause }]);
  await advanceReservations(pool, 'test', [
    { eventId: newId(), orderId, outletId, step: 'TAKE', version: 5, cause },
  ]);
  return orderId;
}

describe('a level', () => {
  test('is what the scale says beyond its tare, in the item’s unit, rounded', async () => {
    const shelf = await scale({ gramsPerUnit: 12, tareGrams: 200 });
    await say(reading(shelf, 1, 200 + 12 * 50));
    expect(await onHand()).toBe(50);
    await say(reading(shelf, 2, 200 + 12 * 49 + 11));
    expect(await onHand()).toBe(50);
    await say(reading(shelf, 3, 200 + 12 * 49 + 5));
    expect(await onHand()).toBe(49);
  });

  test('is never below nothing', async () => {
    const shelf = await scale({ tareGrams: 200 });
    await say(reading(shelf, 1, 150), reading(shelf, 2, -3_000));
    expect(await onHand()).toBe(0);
  });

  test('is the sum of what the item’s shelves last said', async () => {
    const [left, right] = [await scale(), await givenShelf(books, item)];
    await say(reading(left, 1, 500), reading(right, 1, 300), reading(left, 2, 450));
    expect(await onHand()).toBe(750);
    await say(reading(right, 2, 0));
    expect(await onHand()).toBe(450);
  });

  test('has a row in the ledger for every change, which names the reading', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 500));
    await say(reading(shelf, 2, 500), reading(shelf, 3, 420));
    const rows = await books.database.prisma.stockMovement.findMany({
      where: { stockItemId: item.id, shelfId: { not: null } },
      orderBy: { id: 'asc' },
    });
    expect(rows).toMatchObject([
      {
        figure: 'ON_HAND',
        kind: 'READING',
        delta: 500,
        shelfId: shelf.id,
        bootId: 'boot-1',
        seq: 1,
        grams: 500,
      },
      {
        figure: 'ON_HAND',
        kind: 'READING',
        delta: -80,
        shelfId: shelf.id,
        bootId: 'boot-1',
        seq: 3,
        grams: 420,
      },
    ]);
  });
});

describe('order', () => {
  test('of delivery does not matter within a boot: the highest seq wins', async () => {
    const shelf = await scale();
    await say(reading(shelf, 3, 300));
    await say(reading(shelf, 1, 100), reading(shelf, 2, 200));
    expect(await onHand()).toBe(300);
    await say(reading(shelf, 5, 500), reading(shelf, 4, 400));
    expect(await onHand()).toBe(500);
  });

  test('of applying does not matter either', async () => {
    const shelf = await scale();
    const batches = [await store(reading(shelf, 1, 100)), await store(reading(shelf, 2, 200))];
    for (const batch of batches.toReversed()) await apply(batch);
    expect(await onHand()).toBe(200);
  });

  test('of a boot never seen before is that of its arrival, and what it supersedes moves nothing again', async () => {
    const shelf = await scale();
    await say(reading(shelf, 900, 500, 'boot-1'));
    await say(reading(shelf, 1, 400, 'boot-2'));
    expect(await onHand()).toBe(400);
    await say(reading(shelf, 901, 700, 'boot-1'), reading(shelf, 2, 390, 'boot-2'));
    await say(reading(shelf, 902, 710, 'boot-1'));
    expect(await onHand()).toBe(390);
  });

  test('of two boots that are new in one batch is that of their arrival, whichever is applied first', async () => {
    const shelf = await scale();
    const [first, second] = [
      await store(reading(shelf, 7, 100, 'boot-a')),
      await store(reading(shelf, 1, 200, 'boot-b'), reading(shelf, 8, 300, 'boot-a')),
    ];
    await apply(second);
    await apply(first);
    expect(await onHand()).toBe(200);
  });
});

describe('a reading of a boot that was superseded before it came', () => {
  test('moves nothing and pays nothing off, even when it is applied together with what superseded it', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 1_000, 'boot-1'));
    await draw(100);
    const batches = [
      await store(reading(shelf, 1, 1_000, 'boot-2')),
      await store(reading(shelf, 9, 500, 'boot-1')),
    ];
    await apply(...batches);
    expect(await figuresOf(books, item)).toMatchObject({ onHand: 1_000, drawn: 100 });
    expect(await moversOf(shelf)).toEqual(['boot-1 1']);
  });

  test('nor does it in one batch with it', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 1_000, 'boot-1'));
    await draw(100);
    await say(reading(shelf, 1, 1_000, 'boot-2'), reading(shelf, 9, 500, 'boot-1'));
    await say(reading(shelf, 10, 400, 'boot-1'), reading(shelf, 2, 1_000, 'boot-2'));
    expect(await figuresOf(books, item)).toMatchObject({ onHand: 1_000, drawn: 100 });
    expect(await moversOf(shelf)).toEqual(['boot-1 1']);
  });

  test('is told from one that came just before', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 1_000, 'boot-1'));
    await draw(100);
    const last = reading(shelf, 2, 970, 'boot-1');
    await say(last, reading(shelf, 1, 990, 'boot-2'), last);
    expect(await figuresOf(books, item)).toMatchObject({ onHand: 990, drawn: 70 });
    expect(await moversOf(shelf)).toEqual(['boot-1 1', 'boot-1 2', 'boot-2 1']);
  });
});

describe('once', () => {
  test('stored, however often it comes', async () => {
    const shelf = await scale();
    const again = [reading(shelf, 1, 100), reading(shelf, 1, 100)];
    const results = await Promise.all([1, 2, 3].map(() => storeReadings(books.database, again)));
    expect(results.map(({ stored }) => stored).toSorted()).toEqual([0, 0, 1]);
  });

  test('applied, however often its batch is', async () => {
    const shelf = await scale();
    const batch = await store(reading(shelf, 1, 100));
    await Promise.all([apply(batch), apply(batch, batch), apply(batch)]);
    expect(await books.database.prisma.stockMovement.count({ where: { shelfId: shelf.id } })).toBe(1);
  });

  test('the first of two that claim the same seq stands', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 100));
    await say(reading(shelf, 1, 999));
    expect(await onHand()).toBe(100);
  });
});

test('a reading is not stored under an outlet that its shelf is not at', async () => {
  const shelf = await scale();
  const misplaced = { ...reading(shelf, 1, 100), outletId: newId() };
  const stranger = { ...reading(shelf, 1, 100), shelfId: newId() };
  const { stored, unknown } = await storeReadings(books.database, [
    misplaced,
    reading(shelf, 1, 50),
    stranger,
  ]);
  expect({ stored, unknown }).toEqual({ stored: 1, unknown: [misplaced, stranger] });
});

describe('what is drawn', () => {
  test('is paid off by a fall up to the fall, oldest first', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 1_000));
    const orders = [await draw(100), await draw(100)];
    await say(reading(shelf, 2, 870));
    expect(await figuresOf(books, item)).toEqual({ onHand: 870, reserved: 0, drawn: 70, available: 800 });
    const left = await books.database.prisma.reservation.findMany({
      where: { orderId: { in: orders } },
      orderBy: { drawnAt: 'asc' },
      select: { state: true, drawnLeft: true },
    });
    expect(left).toEqual([
      { state: 'SETTLED', drawnLeft: 0 },
      { state: 'DRAWN', drawnLeft: 70 },
    ]);
    await say(reading(shelf, 3, 500));
    expect(await figuresOf(books, item)).toEqual({ onHand: 500, reserved: 0, drawn: 0, available: 500 });
  });

  test('is not paid off by a rise, but by the fall after it', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 1_000));
    await draw(100);
    await say(reading(shelf, 2, 3_000));
    expect(await figuresOf(books, item)).toMatchObject({ onHand: 3_000, drawn: 100 });
    await say(reading(shelf, 3, 2_900));
    expect(await figuresOf(books, item)).toMatchObject({ onHand: 2_900, drawn: 0 });
  });

  test('is paid off by a fall and a rise in one batch as if they had come alone', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 1_000));
    await draw(100);
    await say(reading(shelf, 2, 900), reading(shelf, 3, 2_000));
    expect(await figuresOf(books, item)).toMatchObject({ onHand: 2_000, drawn: 0 });
  });

  test('is not paid off by noise, however long it goes on', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 1_000));
    await draw(100);
    for (const [index, grams] of [998, 1_001, 999, 1_000, 998, 1_002, 998].entries()) {
      await say(reading(shelf, index + 2, grams));
    }
    expect(await figuresOf(books, item)).toMatchObject({ onHand: 998, drawn: 100 });
  });

  test('is paid off by falls that are small each and not together', async () => {
    const shelf = await scale();
    await say(reading(shelf, 1, 1_000));
    await draw(100);
    await say(reading(shelf, 2, 998), reading(shelf, 3, 996));
    expect(await figuresOf(books, item)).toMatchObject({ onHand: 996, drawn: 96 });
  });

  test('of pieces is paid off piece by piece', async () => {
    const shelf = await scale({ gramsPerUnit: 12 });
    await say(reading(shelf, 1, 1_200));
    await draw(3);
    await say(reading(shelf, 2, 1_188));
    expect(await figuresOf(books, item)).toMatchObject({ onHand: 99, drawn: 2 });
  });
});

test('a level below what is promised is told, naming the newest orders that it does not cover', async () => {
  const shelf = await scale();
  await say(reading(shelf, 1, 300));
  const orders = [newId(), newId(), newId()];
  for (const orderId of orders) {
    const { outletId, ingredientId } = item;
    await reserve(books.database.pool, 'test', [
      {
        eventId: newId(),
        orderId,
        outletId,
        requirements: [{ ingredientId, quantity: 100 }],
        cause: newCause(),
      },
    ]);
  }
  await say(reading(shelf, 2, 250));
  await say(reading(shelf, 3, 240));
  await say(reading(shelf, 4, 150));
  const told = (await eventsOf(books, item.id)).filter(({ type }) => type === 'stock.at-risk');
  expect(told.map(({ data }) => data)).toMatchObject([
    { orderIds: [orders[2]], outletId: outlet.outletId, stockItemId: item.id },
    { orderIds: [orders[2], orders[1]] },
  ]);
  expect(await figuresOf(books, item)).toEqual({ onHand: 150, reserved: 300, drawn: 0, available: 0 });
});

test('any delivery of any readings, cut into any batches, ends at the last boot’s highest seq, and nothing superseded moves the level', async () => {
  const delivery = fc.record({
    readings: fc.array(
      fc.record({
        boot: fc.integer({ min: 0, max: 2 }),
        seq: fc.integer({ min: 0, max: 6 }),
        grams: fc.integer({ min: 0, max: 5_000 }),
      }),
      { minLength: 1, maxLength: 25 },
    ),
    batchSize: fc.integer({ min: 1, max: 8 }),
    applied: fc.constantFrom('in order', 'last first', 'together'),
  });
  await fc.assert(
    fc.asyncProperty(delivery, async ({ readings, batchSize, applied }) => {
      const shelf = await scale();
      const batches: string[] = [];
      for (let start = 0; start < readings.length; start += batchSize) {
        const part = readings.slice(start, start + batchSize);
        batches.push(
          await store(...part.map(({ boot, seq, grams }) => reading(shelf, seq, grams, `boot-${boot}`))),
        );
      }
      if (applied === 'together') await apply(...batches);
      else for (const batch of applied === 'last first' ? batches.toReversed() : batches) await apply(batch);
      expect(await onHand()).toBe(expectedLevel(readings));
      expect(inTime(readings)).toEqual(expect.arrayContaining(await moversOf(shelf)));
      await expectBooksToHold(books);
    }),
    { numRuns: 60 },
  );
});

/** The rule in words: the boot that was seen first last, in it the highest seq, of which the first to come. */
function expectedLevel(readings: readonly { boot: number; seq: number; grams: number }[]): number {
  const latestBoot = [...new Set(readings.map(({ boot }) => boot))].at(-1);
  const ofBoot = readings.filter(({ boot }) => boot === latestBoot);
  const highest = Math.max(...ofBoot.map(({ seq }) => seq));
  return ofBoot.find(({ seq }) => seq === highest)?.grams ?? 0;
}

/** Readings of what was the latest boot when they came. */
function inTime(readings: readonly { boot: number; seq: number }[]): string[] {
  return readings
    .filter(({ boot }, index) => {
      const latestBoot = [...new Set(readings.slice(0, index + 1).map((one) => one.boot))].at(-1);
      return boot === latestBoot;
    })
    .map(({ boot, seq }) => `boot-${boot} ${seq}`);
}
