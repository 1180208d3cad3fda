import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { causeOf, newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { pageOf } from '../../../platform/kit/paging.js';
import { newTraceparent } from '../../../platform/trace.js';
import { isOnline } from '../domain/connectivity.js';
import type { Reading } from '../domain/shelf-message.js';
import {
  eventsOf,
  expectLedgerToBalance,
  figuresOf,
  type GivenItem,
  type GivenShelf,
  givenItem,
  givenOutlet,
  givenShelf,
  openTestStock,
  type Place,
  type TestStock,
} from '../testing/harness.js';
import { findMovementPages } from './movements.js';
import { insertReadings, updateStatuses } from './readings.js';
import { insertReservations, updateReservations } from './reservations.js';

let stock: TestStock;
let outlet: Place;
let item: GivenItem;
beforeAll(async () => {
  stock = await openTestStock();
  outlet = await givenOutlet(stock);
});
afterEach(() => expectLedgerToBalance(stock));
afterAll(() => stock.close());

async function scale(options?: { gramsPerUnit?: number; tareGrams?: number }): Promise<GivenShelf> {
  item = await givenItem(stock, { ...outlet, tracking: 'SHELF' });
  return givenShelf(stock, item, options);
}

function reading(shelf: GivenShelf, seq: number, grams: number, bootId = 'boot-1'): Reading {
  return {
    kind: 'reading',
    shelfId: shelf.id,
    outletId: shelf.outletId,
    bootId,
    seq,
    at: new Date('2026-11-20T08:00:00Z'),
    grams,
    batteryPercent: 80,
    message: { topic: '', payload: new Uint8Array() },
  };
}

async function store(...readings: Reading[]): Promise<string> {
  return (await insertReadings(stock.database, readings)).batchId;
}

test('what a reading leads to continues the trace of its batch', async () => {
  const shelf = await scale();
  await stock.database.prisma.stockItem.update({ where: { id: item.id }, data: { reorderPoint: 100 } });
  await send(reading(shelf, 1, 1_000));
  const trace = { traceparent: newTraceparent() };
  await apply((await insertReadings(stock.database, [reading(shelf, 2, 50)], trace)).batchId);
  const events = await stock.database.prisma.outbox.findMany({
    where: { aggregateId: item.id, type: 'stock.low' },
  });
  expect(events.map(({ metadata }) => metadata)).toEqual([causeOf(trace)]);
});

async function apply(...batchIds: string[]): Promise<void> {
  await stock.database.pool.query('SELECT levels FROM apply_readings($1)', [batchIds]);
}

async function send(...readings: Reading[]): Promise<void> {
  await apply(await store(...readings));
}

async function onHand(): Promise<number> {
  return (await figuresOf(stock, item)).onHand;
}

const shelfRow = ({ id }: GivenShelf) => stock.database.prisma.shelf.findUniqueOrThrow({ where: { id } });

/** Milliseconds by the database's clock, as rows have them. */
async function databaseTime(): Promise<number> {
  const { rows } = await stock.database.pool.query<{ now: Date }>('SELECT now()::timestamptz(3) AS now');
  return rows[0]?.now.getTime() ?? 0;
}

/** The readings of a shelf that the ledger names, oldest movement first. */
async function moversOf(shelf: GivenShelf): Promise<string[]> {
  const movements = await stock.database.prisma.stockMovement.findMany({
    where: { shelfId: shelf.id },
    distinct: ['bootId', 'seq'],
    orderBy: { id: 'asc' },
  });
  return movements.map(({ bootId, seq }) => `${bootId} ${seq}`);
}

async function draw(quantity: number): Promise<string> {
  const orderId = newId();
  const { outletId, ingredientId } = item;
  const { pool } = stock.database;
  const cause = newCause();
  const requirements = [{ ingredientId, quantity }];
  await insertReservations(pool, 'test', [{ eventId: newId(), orderId, outletId, requirements, cause }]);
  await updateReservations(pool, 'test', [
    { eventId: newId(), orderId, outletId, step: 'TAKE', version: 5, cause },
  ]);
  return orderId;
}

describe('a level', () => {
  test('is what the scale says beyond its tare, in the item’s unit, rounded', async () => {
    const shelf = await scale({ gramsPerUnit: 12, tareGrams: 200 });
    await send(reading(shelf, 1, 200 + 12 * 50));
    expect(await onHand()).toBe(50);
    await send(reading(shelf, 2, 200 + 12 * 49 + 11));
    expect(await onHand()).toBe(50);
    await send(reading(shelf, 3, 200 + 12 * 49 + 5));
    expect(await onHand()).toBe(49);
  });

  test('is the whole units that all shelves weigh together, not the sum of rounded shelves', async () => {
    const shelves = [await scale({ gramsPerUnit: 1_000 })];
    while (shelves.length < 4) shelves.push(await givenShelf(stock, item, { gramsPerUnit: 1_000 }));
    for (const [index, shelf] of shelves.entries()) {
      await send(reading(shelf, 1, 500));
      expect(await onHand()).toBe(Math.floor((index + 1) / 2));
    }
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 2, available: 2 });
    await send(...shelves.map((shelf) => reading(shelf, 2, 900)));
    expect(await onHand()).toBe(3);
    await send(...shelves.map((shelf) => reading(shelf, 3, 0)));
    expect(await onHand()).toBe(0);
  });

  test.each([
    [8.5, [850], 100],
    [8.5, [4.25, 4.25, 4.25, 4.25], 2],
    [1, [0.5, 0.5, 0.5, 0.5], 2],
    [0.3, [0.9], 3],
    [3, [1, 1, 1], 1],
    [1_000, [600, 600, 600], 1],
    [1_000, [2_500], 2],
  ])('with units of %d g and shelves of %j g is %d', async (gramsPerUnit, weights, expected) => {
    const first = await scale({ gramsPerUnit });
    const rest = await Promise.all(weights.slice(1).map(() => givenShelf(stock, item, { gramsPerUnit })));
    await send(...[first, ...rest].map((shelf, index) => reading(shelf, 1, weights[index] ?? 0)));
    expect(await onHand()).toBe(expected);
  });

  test('counts a unit as whole while no more than the noise of scales is missing from it', async () => {
    const shelf = await scale({ gramsPerUnit: 100 });
    await send(reading(shelf, 1, 1_000));
    await send(reading(shelf, 2, 997), reading(shelf, 3, 1_002), reading(shelf, 4, 999));
    expect(await onHand()).toBe(10);
    expect(await moversOf(shelf)).toEqual(['boot-1 1']);
    await send(reading(shelf, 5, 996));
    expect(await onHand()).toBe(9);
  });

  test('is bounded where units weigh almost nothing', async () => {
    const shelf = await scale({ gramsPerUnit: 0.001 });
    await send(reading(shelf, 1, 100_000_000));
    expect(await onHand()).toBe(1_000_000_000);
  });

  test('is never negative', async () => {
    const shelf = await scale({ tareGrams: 200 });
    await send(reading(shelf, 1, 150), reading(shelf, 2, -3_000));
    expect(await onHand()).toBe(0);
  });

  test('is the sum of what the item’s shelves last said', async () => {
    const [left, right] = [await scale(), await givenShelf(stock, item)];
    await send(reading(left, 1, 500), reading(right, 1, 300), reading(left, 2, 450));
    expect(await onHand()).toBe(750);
    await send(reading(right, 2, 0));
    expect(await onHand()).toBe(450);
  });

  test('has a row in the ledger for every change, which names the reading', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 500));
    await send(reading(shelf, 2, 500), reading(shelf, 3, 420));
    const rows = await stock.database.prisma.stockMovement.findMany({
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
        seq: 1n,
        grams: 500,
      },
      {
        figure: 'ON_HAND',
        kind: 'READING',
        delta: -80,
        shelfId: shelf.id,
        bootId: 'boot-1',
        seq: 3n,
        grams: 420,
      },
    ]);
  });
});

describe('order', () => {
  test('of delivery does not matter within a boot: the highest seq wins', async () => {
    const shelf = await scale();
    await send(reading(shelf, 3, 300));
    await send(reading(shelf, 1, 100), reading(shelf, 2, 200));
    expect(await onHand()).toBe(300);
    await send(reading(shelf, 5, 500), reading(shelf, 4, 400));
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
    await send(reading(shelf, 900, 500, 'boot-1'));
    await send(reading(shelf, 1, 400, 'boot-2'));
    expect(await onHand()).toBe(400);
    await send(reading(shelf, 901, 700, 'boot-1'), reading(shelf, 2, 390, 'boot-2'));
    await send(reading(shelf, 902, 710, 'boot-1'));
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

describe('a reading of a boot that was superseded before it arrived', () => {
  test('moves nothing and pays nothing off, even when it is applied together with what superseded it', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 1_000, 'boot-1'));
    await draw(100);
    const batches = [
      await store(reading(shelf, 1, 1_000, 'boot-2')),
      await store(reading(shelf, 9, 500, 'boot-1')),
    ];
    await apply(...batches);
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 1_000, drawn: 100 });
    expect(await moversOf(shelf)).toEqual(['boot-1 1']);
  });

  test('nor does it in one batch with it', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 1_000, 'boot-1'));
    await draw(100);
    await send(reading(shelf, 1, 1_000, 'boot-2'), reading(shelf, 9, 500, 'boot-1'));
    await send(reading(shelf, 10, 400, 'boot-1'), reading(shelf, 2, 1_000, 'boot-2'));
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 1_000, drawn: 100 });
    expect(await moversOf(shelf)).toEqual(['boot-1 1']);
  });

  test('is distinguished from one that arrived just before', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 1_000, 'boot-1'));
    await draw(100);
    const last = reading(shelf, 2, 970, 'boot-1');
    await send(last, reading(shelf, 1, 990, 'boot-2'), last);
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 990, drawn: 70 });
    expect(await moversOf(shelf)).toEqual(['boot-1 1', 'boot-1 2', 'boot-2 1']);
  });
});

describe('a sequence number', () => {
  test.each([2 ** 31, Date.UTC(2026, 10, 20), Number.MAX_SAFE_INTEGER])('may be %d', async (seq) => {
    const shelf = await scale();
    await send(reading(shelf, seq - 1, 100), reading(shelf, seq, 200));
    expect(await onHand()).toBe(200);
    const [movement] = await findMovementPages(stock.database, [item.id], pageOf({ first: 1 }));
    expect(movement).toMatchObject({ seq, delta: 100 });
  });
});

test.each(['1970-01-01T00:00:00Z', '2099-12-31T23:59:59Z'])(
  'times shown are Kedai’s where the device’s clock says %s',
  async (at) => {
    const shelf = await scale();
    const before = await databaseTime();
    await send({ ...reading(shelf, 1, 100), at: new Date(at) });
    const after = await databaseTime();
    const { lastReadingAt } = await shelfRow(shelf);
    const [movement] = await findMovementPages(stock.database, [item.id], pageOf({ first: 1 }));
    for (const moment of [lastReadingAt, movement?.at]) {
      expect(moment?.getTime()).toBeGreaterThanOrEqual(before);
      expect(moment?.getTime()).toBeLessThanOrEqual(after);
    }
    expect(await stock.database.prisma.reading.count({ where: { at: new Date(at) } })).toBe(1);
  },
);

describe('a status', () => {
  const status = (shelf: GivenShelf, isOnline: boolean, isRetained = false) =>
    updateStatuses(stock.database, [
      { kind: 'status', shelfId: shelf.id, outletId: shelf.outletId, isOnline, isRetained },
    ]);
  const shown = async (shelf: GivenShelf) => isOnline(await shelfRow(shelf));

  test('of offline holds until the next reading', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 100));
    expect(await shown(shelf)).toBeNull();
    await status(shelf, false);
    expect(await shown(shelf)).toBe(false);
    await send(reading(shelf, 2, 100));
    expect(await shown(shelf)).toBe(true);
    await status(shelf, false);
    expect(await shown(shelf)).toBe(false);
  });

  test('that is delivered again to a new subscription says nothing new', async () => {
    const shelf = await scale();
    await status(shelf, false, true);
    expect(await shown(shelf)).toBe(false);
    await send(reading(shelf, 1, 100));
    await status(shelf, false, true);
    expect(await shown(shelf)).toBe(true);
    await status(shelf, true);
    await status(shelf, false, true);
    expect(await shown(shelf)).toBe(false);
  });
});

describe('once', () => {
  test('stored, however often it is delivered', async () => {
    const shelf = await scale();
    const again = [reading(shelf, 1, 100), reading(shelf, 1, 100)];
    const results = await Promise.all([1, 2, 3].map(() => insertReadings(stock.database, again)));
    expect(results.map(({ stored }) => stored).toSorted()).toEqual([0, 0, 1]);
  });

  test('applied, however often its batch is', async () => {
    const shelf = await scale();
    const batch = await store(reading(shelf, 1, 100));
    await Promise.all([apply(batch), apply(batch, batch), apply(batch)]);
    expect(await stock.database.prisma.stockMovement.count({ where: { shelfId: shelf.id } })).toBe(1);
  });

  test('the first of two that claim the same seq stands', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 100));
    await send(reading(shelf, 1, 999));
    expect(await onHand()).toBe(100);
  });
});

test('a reading is not stored under an outlet that its shelf is not at', async () => {
  const shelf = await scale();
  const misplaced = { ...reading(shelf, 1, 100), outletId: newId() };
  const stranger = { ...reading(shelf, 1, 100), shelfId: newId() };
  const { stored, unknown } = await insertReadings(stock.database, [
    misplaced,
    reading(shelf, 1, 50),
    stranger,
  ]);
  expect({ stored, unknown }).toEqual({ stored: 1, unknown: [misplaced, stranger] });
});

describe('what is drawn', () => {
  test('is paid off by a fall up to the fall, oldest first', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 1_000));
    const orders = [await draw(100), await draw(100)];
    await send(reading(shelf, 2, 870));
    expect(await figuresOf(stock, item)).toEqual({ onHand: 870, reserved: 0, drawn: 70, available: 800 });
    const left = await stock.database.prisma.reservation.findMany({
      where: { orderId: { in: orders } },
      orderBy: { drawnAt: 'asc' },
      select: { state: true, drawnLeft: true },
    });
    expect(left).toEqual([
      { state: 'SETTLED', drawnLeft: 0 },
      { state: 'DRAWN', drawnLeft: 70 },
    ]);
    await send(reading(shelf, 3, 500));
    expect(await figuresOf(stock, item)).toEqual({ onHand: 500, reserved: 0, drawn: 0, available: 500 });
  });

  test('is not paid off by a rise, but by the fall after it', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 1_000));
    await draw(100);
    await send(reading(shelf, 2, 3_000));
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 3_000, drawn: 100 });
    await send(reading(shelf, 3, 2_900));
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 2_900, drawn: 0 });
  });

  test('is paid off by a fall and a rise in one batch as by each alone', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 1_000));
    await draw(100);
    await send(reading(shelf, 2, 900), reading(shelf, 3, 2_000));
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 2_000, drawn: 0 });
  });

  test('is not paid off by noise, however long it goes on', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 1_000));
    await draw(100);
    for (const [index, grams] of [998, 1_001, 999, 1_000, 998, 1_002, 998].entries()) {
      await send(reading(shelf, index + 2, grams));
    }
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 998, drawn: 100 });
  });

  test('is paid off by falls that are small each and not together', async () => {
    const shelf = await scale();
    await send(reading(shelf, 1, 1_000));
    await draw(100);
    await send(reading(shelf, 2, 998), reading(shelf, 3, 996));
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 996, drawn: 96 });
  });

  test('of pieces is paid off piece by piece', async () => {
    const shelf = await scale({ gramsPerUnit: 12 });
    await send(reading(shelf, 1, 1_200));
    await draw(3);
    await send(reading(shelf, 2, 1_188));
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 99, drawn: 2 });
  });
});

test('a level below what is reserved is published with the newest orders that it does not cover', async () => {
  const shelf = await scale();
  await send(reading(shelf, 1, 300));
  const orders = [newId(), newId(), newId()];
  for (const orderId of orders) {
    const { outletId, ingredientId } = item;
    await insertReservations(stock.database.pool, 'test', [
      {
        eventId: newId(),
        orderId,
        outletId,
        requirements: [{ ingredientId, quantity: 100 }],
        cause: newCause(),
      },
    ]);
  }
  await send(reading(shelf, 2, 250));
  await send(reading(shelf, 3, 240));
  await send(reading(shelf, 4, 150));
  const published = (await eventsOf(stock, item.id)).filter(({ type }) => type === 'stock.at-risk');
  expect(published.map(({ data }) => data)).toMatchObject([
    { orderIds: [orders[2]], outletId: outlet.outletId, stockItemId: item.id },
    { orderIds: [orders[2], orders[1]] },
  ]);
  expect(await figuresOf(stock, item)).toEqual({ onHand: 150, reserved: 300, drawn: 0, available: 0 });
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
      await expectLedgerToBalance(stock);
    }),
    { numRuns: 60 },
  );
});

/** The rule: of the boot first seen last, the highest seq; of several of that seq the first to arrive. */
function expectedLevel(readings: readonly { boot: number; seq: number; grams: number }[]): number {
  const latestBoot = [...new Set(readings.map(({ boot }) => boot))].at(-1);
  const ofBoot = readings.filter(({ boot }) => boot === latestBoot);
  const highest = Math.max(...ofBoot.map(({ seq }) => seq));
  return ofBoot.find(({ seq }) => seq === highest)?.grams ?? 0;
}

/** Readings of the boot that was the latest when they arrived. */
function inTime(readings: readonly { boot: number; seq: number }[]): string[] {
  return readings
    .filter(({ boot }, index) => {
      const latestBoot = [...new Set(readings.slice(0, index + 1).map((one) => one.boot))].at(-1);
      return boot === latestBoot;
    })
    .map(({ boot, seq }) => `boot-${boot} ${seq}`);
}
