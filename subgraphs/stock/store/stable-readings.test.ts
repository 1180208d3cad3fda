/** Weights that have to stay: on generated traces of scales, whose true weight is known. Time is the traces' own. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import type { Reading } from '../domain/shelf-message.js';
import {
  expectLedgerToBalance,
  figuresOf,
  type GivenItem,
  type GivenShelf,
  givenItem,
  givenOutlet,
  givenShelf,
  openTestStock,
  SILENT_BUS,
  type TestStock,
} from '../testing/harness.js';
import { openStockDatabase } from './database.js';
import { insertReadings, settleShelves, updateLevels } from './readings.js';

const WINDOW = 2_000;
const THRESHOLD = 10;

let stock: TestStock;
beforeAll(async () => {
  stock = await openTestStock();
});
afterEach(() => expectLedgerToBalance(stock));
afterAll(() => stock.close());

interface Scale {
  readonly item: GivenItem;
  readonly shelf: GivenShelf;
}

async function aScale(settings = { stableMilliseconds: WINDOW, thresholdGrams: THRESHOLD }): Promise<Scale> {
  const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
  const shelf = await givenShelf(stock, item);
  await stock.database.prisma.shelf.update({ where: { id: shelf.id }, data: settings });
  return { item, shelf };
}

let seq = 0;

function reading({ shelf }: Scale, grams: number, bootId = 'boot-1'): Reading {
  seq += 1;
  const { id: shelfId, outletId } = shelf;
  const message = { topic: '', payload: new Uint8Array() };
  return {
    kind: 'reading',
    shelfId,
    outletId,
    bootId,
    seq,
    grams,
    batteryPercent: null,
    at: new Date(0),
    message,
  };
}

const START = Date.now() - 3_600_000;

/** Stores readings as having arrived so many milliseconds after the start. */
async function store(at: number, readings: readonly Reading[]): Promise<string> {
  const { batchId } = await insertReadings(stock.database, readings);
  await stock.database.pool.query('UPDATE reading_batch SET received_at = $2 WHERE id = $1', [
    batchId,
    new Date(START + at),
  ]);
  return batchId;
}

async function receive(at: number, ...readings: Reading[]): Promise<void> {
  await updateLevels(stock.database, [await store(at, readings)]);
}

const settle = (at: number) => settleShelves(stock.database, new Date(START + at));
const onHand = async ({ item }: Scale) => (await figuresOf(stock, item)).onHand;
const shelfRow = ({ shelf }: Scale) =>
  stock.database.prisma.shelf.findUniqueOrThrow({ where: { id: shelf.id } });

describe('a weight', () => {
  test('counts with the first reading that shows that it has stayed for the window, and is caused by it', async () => {
    const scale = await aScale();
    await receive(0, reading(scale, 500));
    await receive(1_000, reading(scale, 503));
    expect(await onHand(scale)).toBe(0);
    const last = reading(scale, 501);
    await receive(2_000, last);
    expect(await onHand(scale)).toBe(501);
    const movement = await stock.database.prisma.stockMovement.findFirstOrThrow({
      where: { stockItemId: scale.item.id, kind: 'READING' },
    });
    expect(movement).toMatchObject({ seq: BigInt(last.seq), grams: 501, shelfId: scale.shelf.id });
    expect(await shelfRow(scale)).toMatchObject({ filteredReadings: 0n, pendingCount: 0 });
  });

  test('counts after the window where no further reading comes, unless one waits to be applied', async () => {
    const scale = await aScale();
    await receive(0, reading(scale, 400));
    await settle(1_999);
    expect(await onHand(scale)).toBe(0);
    const waiting = await store(1_500, [reading(scale, 90)]);
    await settle(2_000);
    expect(await onHand(scale)).toBe(0);
    await updateLevels(stock.database, [waiting]);
    await settle(3_499);
    expect(await onHand(scale)).toBe(0);
    await settle(3_500);
    expect(await onHand(scale)).toBe(90);
    expect(await shelfRow(scale)).toMatchObject({ filteredReadings: 1n });
  });

  test('that goes back before the window is over moves nothing, and its readings are counted as filtered', async () => {
    const scale = await aScale();
    await receive(0, reading(scale, 500));
    await settle(2_000);
    for (const [at, grams] of [
      [3_000, 2_900],
      [3_500, 2_904],
      [4_000, 502],
    ] as const) {
      await receive(at, reading(scale, grams));
    }
    await settle(9_000);
    expect(await onHand(scale)).toBe(500);
    const shelf = await shelfRow(scale);
    expect(shelf.filteredReadings).toBe(2n);
    expect(await stock.database.prisma.reading.count({ where: { outletId: scale.item.outletId } })).toBe(4);
    expect(shelf.seq).toBe(BigInt(seq));
  });

  test('that drifts within the threshold moves nothing; what leaves it counts by the whole difference', async () => {
    const scale = await aScale();
    await receive(0, reading(scale, 500));
    await settle(2_000);
    for (let step = 1; step <= 10; step += 1) await receive(2_000 + step * 1_000, reading(scale, 500 + step));
    expect(await onHand(scale)).toBe(500);
    await receive(20_000, reading(scale, 480));
    await settle(22_000);
    expect(await onHand(scale)).toBe(480);
  });

  test('that never stays moves nothing, and makes the shelf noisy until it stays', async () => {
    const scale = await aScale();
    for (let step = 0; step < 20; step += 1)
      await receive(step * 1_000, reading(scale, step % 2 === 0 ? 1_000 : 1_500));
    await settle(19_500);
    expect(await onHand(scale)).toBe(0);
    const stateOf = async () => {
      const { rows } = await stock.database.pool.query<{ state: string }>(
        "SELECT shelf_state(shelf, interval '2 hours') AS state FROM shelf WHERE id = $1",
        [scale.shelf.id],
      );
      return rows[0]?.state;
    };
    expect(await stateOf()).toBe('NOISY');
    for (let step = 0; step < 20; step += 1) await receive(30_000 + step * 1_000, reading(scale, 700));
    expect(await stateOf()).toBe('ONLINE');
    expect(await onHand(scale)).toBe(700);
  });

  test('counts as it comes where no window is set', async () => {
    const scale = await aScale({ stableMilliseconds: 0, thresholdGrams: THRESHOLD });
    for (const grams of [500, 2_900, 501]) {
      await receive(0, reading(scale, grams));
      expect(await onHand(scale)).toBe(grams);
    }
    expect(await shelfRow(scale)).toMatchObject({ filteredReadings: 0n, steadyGrams: null });
  });

  test('pays off what was drawn, once it counts', async () => {
    const scale = await aScale();
    await receive(0, reading(scale, 500));
    await settle(2_000);
    const { item } = scale;
    const order = {
      orderId: newId(),
      stockItemId: item.id,
      quantity: 30,
      drawnLeft: 30,
      drawnAt: new Date(),
    };
    const tenant = { franchiseId: item.franchiseId, outletId: item.outletId };
    await stock.database.prisma.reservation.create({ data: { ...order, ...tenant, state: 'DRAWN' } });
    await stock.database.prisma.stockMovement.create({
      data: {
        ...{ stockItemId: item.id, ...tenant, figure: 'DRAWN', delta: 30, kind: 'DRAW' },
        ...{ traceId: newId(), orderId: order.orderId },
      },
    });
    await receive(3_000, reading(scale, 470));
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 500, drawn: 30 });
    await settle(5_000);
    expect(await figuresOf(stock, item)).toMatchObject({ onHand: 470, drawn: 0 });
  });

  test('is the same whichever of two processes applies its readings, and in whatever order', async () => {
    const other = openStockDatabase(stock.url, SILENT_BUS);
    try {
      const scales = [await aScale(), await aScale()];
      const batches: string[] = [];
      for (let step = 0; step < 12; step += 1) {
        const grams = step < 8 ? [500, 501, 2_000, 499][step % 4] : 350;
        batches.push(
          await store(
            step * 500,
            scales.map((scale) => reading(scale, grams ?? 0)),
          ),
        );
      }
      for (let index = 0; index < batches.length; index += 4) {
        const [first, second, third, fourth] = batches.slice(index, index + 4);
        await Promise.all([
          updateLevels(stock.database, [first ?? '', third ?? '']),
          updateLevels(other, [second ?? '', fourth ?? '']),
          settleShelves(other, new Date(START + index * 500)),
        ]);
      }
      await Promise.all([settle(20_000), settleShelves(other, new Date(START + 20_000))]);
      for (const scale of scales) expect(await onHand(scale)).toBe(350);
    } finally {
      await other.close();
    }
  });
});

/** Numbers from 0 to 1, the same every time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Trace {
  /** The weight that lies there, by the time from which it has come to rest. */
  readonly truth: readonly { readonly from: number; readonly grams: number }[];
  weightAt(time: number): number;
}

/** Portions taken and refills, each by a hand; hands and crates that leave again; noise, drift, and slow settling. */
function aTrace(seed: number, length: number): Trace {
  const random = generator(seed);
  const truth = [{ from: 0, grams: 4_000 }];
  const disturbances: { from: number; to: number; grams: number }[] = [];
  let grams = 4_000;
  for (let time = 6_000; time < length; time += 5_000 + random() * 6_000) {
    const lasts = 300 + random() * 1_200;
    disturbances.push({
      from: time,
      to: time + lasts,
      grams: (random() < 0.5 ? -1 : 1) * (100 + random() * 3_000),
    });
    if (random() < 0.55) {
      grams = grams < 800 ? grams + 3_000 : grams - (25 + Math.floor(random() * 300));
      truth.push({ from: time + lasts, grams });
    }
  }
  const phase = random() * 6;
  return {
    truth,
    weightAt(time) {
      const held = disturbances.find(({ from, to }) => time >= from && time < to);
      const rest = truth.findLast(({ from }) => from <= time)?.grams ?? 0;
      return rest + (held?.grams ?? 0) + 2 * Math.sin(time / 40_000 + phase) + (random() - 0.5) * 5;
    },
  };
}

test('on generated traces no movement appears that did not happen, and those that did count within the window and a second', async () => {
  const [length, tick] = [150_000, 500];
  const shelves: { scale: Scale; trace: Trace; shown: { at: number; grams: number }[] }[] = [];
  for (let seed = 1; seed <= 12; seed += 1)
    shelves.push({ scale: await aScale(), trace: aTrace(seed, length), shown: [{ at: 0, grams: 0 }] });
  const levels = async () => {
    const ids = shelves.map(({ scale }) => scale.item.id);
    const rows = await stock.database.prisma.stockItem.findMany({
      where: { id: { in: ids } },
      select: { id: true, onHand: true },
    });
    return new Map(rows.map(({ id, onHand }) => [id, onHand]));
  };

  for (let at = 0; at < length; at += tick) {
    await receive(at, ...shelves.map(({ scale, trace }) => reading(scale, trace.weightAt(at))));
    const present = await levels();
    for (const { scale, shown } of shelves) {
      const grams = present.get(scale.item.id) ?? 0;
      if (grams !== shown.at(-1)?.grams) shown.push({ at, grams });
    }
  }

  let [happened, inTime, invented] = [0, 0, 0];
  for (const { trace, shown } of shelves) {
    const movements = shown.slice(1);
    for (const { at, grams } of movements) {
      const rest = trace.truth.findLast(({ from }) => from <= at)?.grams ?? 0;
      if (Math.abs(grams - rest) > THRESHOLD) invented += 1;
    }
    invented += Math.max(0, movements.length - trace.truth.length);
    // The last may not have had its time.
    for (const { from, grams } of trace.truth.filter((step) => step.from + WINDOW + 1_000 < length)) {
      happened += 1;
      const seen = movements.find(
        ({ at, grams: shownGrams }) => at >= from && Math.abs(shownGrams - grams) <= THRESHOLD,
      );
      if (seen !== undefined && seen.at <= from + WINDOW + 1_000) inTime += 1;
    }
  }
  expect(happened).toBeGreaterThan(100);
  expect(invented).toBe(0);
  expect(inTime / happened).toBeGreaterThanOrEqual(0.99);
});
