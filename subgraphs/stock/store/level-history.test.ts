/** A year of movements, counted and not: its history is what adding them up one by one gives. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import type { BucketResolution, LevelPoint } from '../domain/level-history.js';
import {
  expectLedgerToBalance,
  type GivenItem,
  givenItem,
  givenOutlet,
  openTestStock,
  SILENT_BUS,
  type TestStock,
} from '../testing/harness.js';
import { type OwnStockDatabase, openStockDatabase } from './database.js';
import { findLevelBuckets, findLevelChanges, recountDays, rollUpLevels } from './level-history.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const RETENTION = { fiveMinutesDays: 90, hourDays: 730 };
/** Of Asia/Jakarta, where the outlets of these tests are. */
const OFFSET = 7 * HOUR;
/** Of the days that are compared. */
let dayOffset = OFFSET;

interface Change {
  readonly at: number;
  readonly delta: number;
  readonly level: number;
}

let stock: TestStock;
let other: OwnStockDatabase;
let now: Date;
beforeAll(async () => {
  stock = await openTestStock();
  other = openStockDatabase(stock.url, SILENT_BUS);
  now = new Date();
});
afterAll(async () => {
  await expectLedgerToBalance(stock);
  await other.close();
  await stock.close();
});

/** Movements of the past, as if made then. */
async function givenMovements(
  item: GivenItem,
  changes: readonly Pick<Change, 'at' | 'delta'>[],
): Promise<void> {
  await stock.database.pool.query(
    `INSERT INTO stock_movement (id, stock_item_id, franchise_id, outlet_id, figure, delta, kind, at, trace_id, person_id)
     SELECT id, $2, $3, $4, 'ON_HAND', delta, 'CONSUMPTION', uuid_extract_timestamp(id), $5, $5
     FROM unnest($1::uuid[], $6::integer[]) AS made (id, delta) ORDER BY id`,
    [
      ...[changes.map(({ at }) => v7({ msecs: at })), item.id, item.franchiseId, item.outletId, newId()],
      changes.map(({ delta }) => delta),
    ],
  );
}

/** An item that opened empty, so that all of its level is in what follows. */
async function givenPast(changes: readonly Change[]): Promise<GivenItem> {
  const item = await givenItem(stock, { ...(await givenOutlet(stock)), onHand: 0 });
  await givenMovements(item, changes);
  return item;
}

/** Used all day, filled up when it is low; not at night, nor in the third month. */
function pastOf(days: number, end: number): Change[] {
  const changes: Change[] = [];
  let level = 0;
  const step = 13 * MINUTE + 7_001;
  for (let at = end - days * DAY, turn = 0; at < end; at += step, turn += 1) {
    const hour = Math.floor(((at + OFFSET) % DAY) / HOUR);
    const isClosed = hour < 8 || hour > 21 || (at > end - 300 * DAY && at < end - 270 * DAY);
    if (isClosed) continue;
    const delta = level < 500 ? 9_000 : -((turn * 37) % 101) - 1;
    level += delta;
    changes.push({ at, delta, level });
  }
  return changes;
}

function startOf(at: number, resolution: BucketResolution): number {
  const span = { FIVE_MINUTES: 5 * MINUTE, HOUR, DAY }[resolution];
  const offset = resolution === 'DAY' ? dayOffset : 0;
  return Math.floor((at + offset) / span) * span - offset;
}

/** By adding up, one change after the other. */
function recounted(
  changes: readonly Change[],
  resolution: BucketResolution,
  from: number,
  to: number,
): LevelPoint[] {
  const span = { FIVE_MINUTES: 5 * MINUTE, HOUR, DAY }[resolution];
  const points: LevelPoint[] = [];
  let place = 0;
  let last: number | null = null;
  const first = startOf(from, resolution);
  for (; (changes[place]?.at ?? Number.POSITIVE_INFINITY) < first; place += 1)
    last = changes[place]?.level ?? null;
  for (let at = first; at < to; at += span) {
    const levels: number[] = [];
    for (; (changes[place]?.at ?? Number.POSITIVE_INFINITY) < at + span; place += 1) {
      levels.push(changes[place]?.level ?? 0);
    }
    const shown = levels.length > 0 ? levels : last === null ? [] : [last];
    last = shown.at(-1) ?? null;
    if (last === null) continue;
    points.push({ at: new Date(at), minimum: Math.min(...shown), maximum: Math.max(...shown), last });
  }
  return points;
}

async function countAll(database = stock.database, at = now) {
  const turns = [];
  for (;;) {
    const turn = await rollUpLevels(database, at, RETENTION);
    turns.push(turn);
    if (turn.countedUntil !== null && turn.countedUntil >= turn.due) return turns;
  }
}

const bucketsOf = async (item: GivenItem, resolution: BucketResolution, from: number, to: number) =>
  (
    await findLevelBuckets(stock.database, [item.id], resolution, { from: new Date(from), to: new Date(to) })
  )[0];

describe('a year of an item', () => {
  let changes: Change[];
  let item: GivenItem;
  let end: number;
  beforeAll(async () => {
    end = now.getTime() - 1_000;
    changes = pastOf(365, end);
    item = await givenPast(changes);
  });

  async function expectTheYear(): Promise<void> {
    const to = now.getTime();
    expect(await bucketsOf(item, 'DAY', end - 400 * DAY, to)).toEqual(
      recounted(changes, 'DAY', end - 400 * DAY, to),
    );
    expect(await bucketsOf(item, 'HOUR', end - 365 * DAY, to)).toEqual(
      recounted(changes, 'HOUR', end - 365 * DAY, to),
    );
    const [from, until] = [end - 20 * DAY + 123_456, end - 3 * DAY];
    expect(await bucketsOf(item, 'FIVE_MINUTES', from, until)).toEqual(
      recounted(changes, 'FIVE_MINUTES', from, until),
    );
    // Its last span has a change after `to`.
    const change =
      changes.findLast(({ at }) => at < until && at - startOf(at, 'FIVE_MINUTES') > 1_000)?.at ?? 0;
    const between = startOf(change, 'FIVE_MINUTES') + 500;
    expect(await bucketsOf(item, 'FIVE_MINUTES', from, between)).toEqual(
      recounted(changes, 'FIVE_MINUTES', from, between),
    );
    expect(await bucketsOf(item, 'HOUR', end - 280 * DAY, end - 275 * DAY)).toEqual(
      recounted(changes, 'HOUR', end - 280 * DAY, end - 275 * DAY),
    );
    for (const resolution of ['FIVE_MINUTES', 'HOUR', 'DAY'] as const) {
      // Both are the beginning of a span: that at the end is not asked for.
      const [begins, ends] = [startOf(end - 20 * DAY, resolution), startOf(end - 18 * DAY, resolution)];
      expect(await bucketsOf(item, resolution, begins, ends)).toEqual(
        recounted(changes, resolution, begins, ends),
      );
    }
    for (const ago of [290, 40, 3]) {
      const span = { from: new Date(end - ago * DAY), to: new Date(end - ago * DAY + 2 * DAY) };
      const [raw] = await findLevelChanges(stock.database, [item.id], span, 10_000);
      expect(raw).toEqual(
        changes
          .filter(({ at }) => at >= span.from.getTime() && at < span.to.getTime())
          .map(({ at, level }) => ({ at: new Date(at), minimum: level, maximum: level, last: level })),
      );
    }
  }

  test('is what adding up gives before anything is counted', expectTheYear);

  test('is the same when half is counted', async () => {
    for (let turn = 0; turn < 6; turn += 1) await rollUpLevels(stock.database, now, RETENTION);
    const { rows } = await stock.database.pool.query('SELECT FROM level_day WHERE stock_item_id = $1', [
      item.id,
    ]);
    expect(rows.length).toBeGreaterThan(50);
    await expectTheYear();
  });

  test('is the same when two processes have counted the rest at once', async () => {
    await Promise.all([countAll(), countAll(other)]);
    const { rows } = await stock.database.pool.query<{ five: number; hours: number; days: number }>(
      `SELECT (SELECT count(*) FROM level_five_minutes WHERE stock_item_id = $1)::integer AS five,
              (SELECT count(*) FROM level_hour WHERE stock_item_id = $1)::integer AS hours,
              (SELECT count(*) FROM level_day WHERE stock_item_id = $1)::integer AS days`,
      [item.id],
    );
    const spans = (resolution: BucketResolution) =>
      new Set(changes.map(({ at }) => startOf(at, resolution))).size;
    expect(rows[0]?.days).toBeGreaterThanOrEqual(spans('DAY') - 1);
    expect(rows[0]?.hours).toBeGreaterThanOrEqual(spans('HOUR') - 1);
    // Not of the months before the last three.
    expect(rows[0]?.five).toBeLessThan(spans('FIVE_MINUTES') / 2);
    await expectTheYear();
  });

  test('counts nothing twice when all is counted', async () => {
    const [turn] = await countAll();
    expect(turn).toMatchObject({ movements: 0, late: 0, recounted: 0 });
  });

  test('has the days of its outlet, once they are counted again where that has changed its time zone', async () => {
    const { outletId, franchiseId } = item;
    const neighbour = await givenItem(stock, { outletId, franchiseId, onHand: 40 });
    await countAll(stock.database, new Date(Date.now() + 10 * MINUTE));
    const moveTo = (timeZone: string) =>
      stock.database.pool.query('UPDATE outlet SET time_zone = $2 WHERE id = $1', [outletId, timeZone]);
    const to = now.getTime();
    const expectDays = async () =>
      expect(await bucketsOf(item, 'DAY', end - 360 * DAY, to)).toEqual(
        recounted(changes, 'DAY', end - 360 * DAY, to),
      );
    await moveTo('Asia/Jayapura');
    await expectDays();
    // Each turn counts one item.
    expect([await recountDays(other), await recountDays(stock.database)]).toEqual([true, true]);
    expect(await recountDays(stock.database)).toBe(false);
    dayOffset = 9 * HOUR;
    await expectDays();
    expect((await bucketsOf(neighbour, 'DAY', Date.now() - DAY, Date.now() + DAY))?.at(-1)?.last).toBe(40);
    await moveTo('Asia/Jakarta');
    for (const turn of [true, true, false]) expect(await recountDays(stock.database)).toBe(turn);
    dayOffset = OFFSET;
    await expectTheYear();
  });

  test('has every change, also of a time before which no day is stored', async () => {
    const from = end - 40 * DAY;
    await stock.database.pool.query(
      'DELETE FROM level_day WHERE stock_item_id = $1 AND bucket < first_id_at($2)',
      [item.id, new Date(from + 2 * DAY)],
    );
    const span = { from: new Date(from), to: new Date(from + DAY) };
    const [raw] = await findLevelChanges(stock.database, [item.id], span, 10_000);
    expect(raw?.map(({ last }) => last)).toEqual(
      changes.filter(({ at }) => at >= from && at < from + DAY).map(({ level }) => level),
    );
  });
});

test('a movement that is committed after others of its time were counted counts where it belongs', async () => {
  await countAll();
  const later = new Date(now.getTime() + 30 * MINUTE);
  const item = await givenItem(stock, { ...(await givenOutlet(stock)), onHand: 1_000 });
  await countAll(stock.database, later);
  const at = startOf(later.getTime(), 'FIVE_MINUTES') - 3 * MINUTE;
  await givenMovements(item, [{ at, delta: -100 }]);
  const turns = await countAll(stock.database, new Date(later.getTime() + 5 * MINUTE));
  expect(turns.reduce((sum, { late }) => sum + late, 0)).toBe(1);
  const { rows } = await stock.database.pool.query(
    `SELECT last FROM level_five_minutes WHERE stock_item_id = $1 AND bucket = first_id_at($2)`,
    [item.id, new Date(startOf(at, 'FIVE_MINUTES'))],
  );
  expect(rows).toEqual([{ last: 900 }]);
  now = new Date(later.getTime() + 5 * MINUTE);
});

test('movements with ids of the past, as an import has them, are counted with the next one of their item', async () => {
  const begin = Date.now();
  const changes = [
    { at: begin - 50 * DAY, delta: 500, level: 500 },
    { at: begin - 40 * DAY, delta: -100, level: 400 },
    { at: begin - 30 * DAY, delta: -100, level: 300 },
    { at: now.getTime() + 2 * MINUTE, delta: -100, level: 200 },
  ];
  const item = await givenPast(changes.slice(0, 1));
  await countAll();
  await givenMovements(item, changes.slice(1));
  now = new Date(now.getTime() + 15 * MINUTE);
  const turns = await countAll();
  expect(turns.reduce((sum, { recounted }) => sum + recounted, 0)).toBe(1);
  const { rows } = await stock.database.pool.query(
    'SELECT last FROM level_day WHERE stock_item_id = $1 AND last <> 0 ORDER BY bucket',
    [item.id],
  );
  expect(rows).toEqual([{ last: 500 }, { last: 400 }, { last: 300 }, { last: 200 }]);
});

test('an item without movements has no history, and one that never changed has the level that it opened with', async () => {
  const outlet = await givenOutlet(stock);
  const [empty, full] = [await givenItem(stock, outlet), await givenItem(stock, { ...outlet, onHand: 70 })];
  const span = { from: new Date(Date.now() - 2 * HOUR), to: new Date(Date.now() + HOUR) };
  const [none, one] = await findLevelBuckets(stock.database, [empty.id, full.id], 'HOUR', span);
  expect(none).toEqual([]);
  expect(one?.map(({ last }) => last)).toEqual([70]);
});
