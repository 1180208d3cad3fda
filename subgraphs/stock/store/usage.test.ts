import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { addDays, dayIn, startOfDay } from '../../../platform/kit/calendar.js';
import type { StockFigure, StockMovementKind, UsageGrouping, UsageRow } from '../domain/records.js';
import { shiftsOfHours } from '../domain/shifts.js';
import {
  type GivenItem,
  givenItem,
  givenOutlet,
  givenShelf,
  HQ,
  openTestStock,
  type Place,
  type TestStock,
} from '../testing/harness.js';
import {
  insertReservations,
  type ReservationStep,
  takeForRemake,
  updateReservations,
} from './reservations.js';
import { findUsage, isTooMuchToRead } from './usage.js';

const ZONE = 'Asia/Jakarta';
const DAY = addDays(dayIn(ZONE, new Date()), -1);
const DAY_BEGINS = startOfDay(DAY, ZONE).getTime();
const EVERYWHERE: Scope = scopeFor(HQ, 'purchasing:read');

let stock: TestStock;
let outlet: Place;
beforeAll(async () => {
  stock = await openTestStock();
  outlet = await givenOutlet(stock);
});
afterAll(() => stock.close());

/** A movement at a second of the day, which may be negative. */
type Row = readonly [second: number, figure: StockFigure, kind: StockMovementKind, delta: number];

/** Readings carry what the shelf weighs by all of them. */
async function write(
  item: GivenItem,
  rows: readonly Row[],
  shelfId = newId(),
  { gramsPerUnit = 1, tareGrams = 0 } = {},
): Promise<void> {
  const inOrder = rows.toSorted(([one], [other]) => one - other);
  let weight = 0;
  const weights = inOrder.map(([, , kind, delta]) => {
    if (kind === 'READING') weight += delta;
    return tareGrams + weight * gramsPerUnit;
  });
  const times = inOrder.map(([second]) => new Date(DAY_BEGINS + second * 1_000));
  await stock.database.pool.query(
    `INSERT INTO stock_movement
       (id, at, figure, kind, delta, stock_item_id, franchise_id, outlet_id, trace_id, order_id, shelf_id, boot_id, seq, grams, person_id)
     SELECT id, at, figure::"StockFigure", kind::"StockMovementKind", delta, $6, $7, $8, $9,
            CASE WHEN is_of_order THEN $9::uuid END, CASE WHEN is_of_scale THEN $10::uuid END, CASE WHEN is_of_scale THEN 'boot' END,
            CASE WHEN is_of_scale THEN 1 END, CASE WHEN is_of_scale THEN weight END,
            CASE WHEN NOT is_of_order AND NOT is_of_scale THEN $9::uuid END
     FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::integer[], $11::integer[]) AS row (id, at, figure, kind, delta, weight),
       LATERAL (VALUES (kind IN ('READING', 'DRAW_SETTLED'), kind NOT IN ('READING', 'DRAW_SETTLED', 'OPENING', 'DELIVERY', 'COUNT', 'WASTE')))
         AS cause (is_of_scale, is_of_order)`,
    [
      times.map((at, index) => idAt(at, index)),
      times,
      ...[1, 2, 3].map((column) => inOrder.map((row) => row[column])),
      ...[item.id, item.franchiseId, item.outletId, newId(), shelfId],
      weights,
    ],
  );
}

/** A UUIDv7 of a moment, that sorts by `place` within it. */
function idAt(at: Date, place: number): string {
  const time = at.getTime().toString(16).padStart(12, '0');
  const random = newId().slice(-12);
  const [middle, low] = [Math.floor(place / 4_096), place % 4_096].map((part) =>
    part.toString(16).padStart(3, '0'),
  );
  return `${time.slice(0, 8)}-${time.slice(8)}-7${middle}-8${low}-${random}`;
}

/** Thrown away and recorded, of which the ledger has taken `taken`. */
async function waste(item: GivenItem, second: number, quantity: number, taken: number): Promise<void> {
  const { id: stockItemId, franchiseId, outletId } = item;
  const madeAt = new Date(DAY_BEGINS + second * 1_000);
  const row = { id: idAt(madeAt, 0), stockItemId, franchiseId, outletId, quantity, reason: 'Basi' };
  await stock.database.prisma.waste.create({ data: { ...row, madeBy: newId(), madeAt } });
  await write(item, [[second, 'ON_HAND', 'WASTE', -taken]]);
}

async function send(
  { id: stockItemId, franchiseId, outletId, ingredientId }: GivenItem,
  second: number,
  quantity: number,
  status: 'RECEIVED' | 'CANCELLED',
): Promise<void> {
  const sentAt = new Date(DAY_BEGINS + second * 1_000);
  const route = { stockItemId, franchiseId, outletId, ingredientId, toFranchiseId: franchiseId };
  const end = { endedBy: newId(), endedAt: sentAt, ...(status === 'RECEIVED' && { received: quantity }) };
  await stock.database.prisma.transfer.create({
    data: {
      ...{ ...route, ...end, id: idAt(sentAt, 0), toOutletId: newId(), quantity, batches: [], status },
      ...{ sentBy: newId(), sentAt },
    },
  });
}

async function usage(item: GivenItem, by: UsageGrouping = 'ITEM', day = DAY): Promise<UsageRow[]> {
  const place = { outletId: null, franchiseId: null };
  const shifts = { [outlet.outletId]: shiftsOfHours([6, 14, 22]) };
  const filter = { ...place, from: day, to: day, stockItemId: item.id, by, shifts };
  return (await findUsage(stock.database, EVERYWHERE, filter, 1_000)).rows;
}

const figures = ({ expected, measured, wasted, unexplained }: UsageRow) => ({
  ...{ expected, measured, wasted, unexplained },
});

const at = (hour: number, minute: number, second = 0) => (hour * 60 + minute) * 60 + second;

/** What befalls a shelf, by the second, and what its scale shows of that every ten seconds. */
class ShelfDay {
  readonly #rows: Row[] = [[-3_600, 'ON_HAND', 'READING', 5_000]];
  readonly #changes: { second: number; grams: number }[] = [];
  readonly #quiet: [from: number, to: number][] = [];

  /** Of a recipe; what is poured follows 40 seconds later. */
  order(second: number, grams: number): void {
    this.draw(second, grams);
    this.pour(second + 40, grams);
  }

  draw(second: number, grams: number): void {
    this.#rows.push([second - 5, 'RESERVED', 'RESERVATION', grams]);
    this.#rows.push([second, 'RESERVED', 'DRAW', -grams], [second, 'DRAWN', 'DRAW', grams]);
  }

  undo(second: number, grams: number): void {
    this.#rows.push([second, 'RESERVED', 'UNDONE', grams], [second, 'DRAWN', 'UNDONE', -grams]);
    this.#rows.push([second + 1, 'RESERVED', 'RELEASE', -grams]);
  }

  remake(second: number, grams: number): void {
    this.#rows.push([second, 'DRAWN', 'REMAKE', grams]);
    this.pour(second + 40, grams);
  }

  pour(second: number, grams: number): void {
    this.#rows.push([second, 'DRAWN', 'DRAW_SETTLED', -grams]);
    this.take(second, grams);
  }

  take(second: number, grams: number): void {
    this.#changes.push({ second, grams: -grams });
  }

  /** A weight that is on the scale for so long, or off it where it is negative. */
  press(second: number, grams: number, seconds: number): void {
    this.#changes.push({ second, grams }, { second: second + seconds, grams: -grams });
  }

  /** At once, and by no hand. Without noise around it, as `refill`. */
  put(second: number, grams: number): void {
    this.quieten(second - 180, second + 180);
    this.#changes.push({ second, grams });
  }

  quieten(from: number, to: number): void {
    this.#quiet.push([from, to]);
  }

  /** In two steps, by a hand that leans on the shelf. Without noise around it, which would count at the edges of the time that is not measured. */
  refill(second: number, grams: number): void {
    this.quieten(second - 180, second + 180);
    this.#changes.push({ second, grams: grams / 2 }, { second: second + 20, grams: grams / 2 });
    this.press(second + 20, 300, 30);
  }

  movements(until: number): Row[] {
    const rows = [...this.#rows];
    let shown = 5_000;
    for (let second = at(7, 0); second <= until; second += 10) {
      const level = this.#changes.reduce((sum, one) => sum + (one.second <= second ? one.grams : 0), 5_000);
      const reading = Math.max(0, level + this.#noiseAt(second));
      if (reading !== shown) rows.push([second, 'ON_HAND', 'READING', reading - shown]);
      shown = reading;
    }
    return rows;
  }

  #noiseAt(second: number): number {
    const isQuiet =
      (second + 20) % 3_600 < 40 || this.#quiet.some(([from, to]) => second >= from && second <= to);
    return isQuiet ? 0 : ((second / 10) % 5) - 2;
  }
}

async function shelfItem(weighing = {}): Promise<{ item: GivenItem; shelfId: string }> {
  const item = await givenItem(stock, { ...outlet, tracking: 'SHELF' });
  const { id: shelfId } = await givenShelf(stock, item, weighing);
  return { item, shelfId };
}

describe('of a weighed item', () => {
  test('a day of orders, hands, a lifted jar, a refill, an undone step, a remake and waste leaves exactly the theft unexplained', async () => {
    const { item, shelfId } = await shelfItem();
    const day = new ShelfDay();
    for (let second = at(8, 0); second < at(17, 0); second += 360) day.order(second, 20);
    day.press(at(9, 3), -100_000, 30);
    day.press(at(11, 3), 400, 20);
    day.refill(at(12, 1, 30), 3_000);
    day.draw(at(13, 3), 20);
    day.undo(at(13, 3, 30), 20);
    day.remake(at(14, 3), 25);
    day.take(at(15, 3), 700);
    day.take(at(16, 3), 55);
    await waste(item, at(16, 4), 55, 0);
    await write(item, day.movements(at(18, 0)), shelfId);

    expect((await usage(item)).map(figures)).toEqual([
      { expected: 90 * 20 + 25, measured: 90 * 20 + 25 + 700 + 55, wasted: 55, unexplained: 700 },
    ]);
    const [theft, ...others] = await usage(item, 'HOUR');
    expect(theft).toMatchObject({ unexplained: 700, from: new Date(DAY_BEGINS + at(15, 0) * 1_000) });
    expect(theft?.to).toEqual(new Date(DAY_BEGINS + at(16, 0) * 1_000));
    expect(others.map(({ unexplained }) => unexplained)).toEqual(others.map(() => 0));
    expect(others).toHaveLength(8);
  });

  test('whatever is ordered, filled up and stolen, exactly the theft is unexplained', async () => {
    const plan = fc.record({
      orders: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 }),
      refillAt: fc.integer({ min: 0, max: 30 }),
      refill: fc.integer({ min: 200, max: 3_000 }).map((half) => half * 2),
      theftAt: fc.integer({ min: 0, max: 30 }),
      theft: fc.integer({ min: 1, max: 1_000 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ orders, refillAt, refill, theftAt, theft }) => {
        fc.pre(refillAt !== theftAt);
        const { item, shelfId } = await shelfItem();
        const day = new ShelfDay();
        for (const [slot, grams] of orders.entries()) day.order(at(8, slot * 6), grams);
        day.refill(at(8, refillAt * 6 + 3), refill);
        day.take(at(8, theftAt * 6 + 4, 10), theft);
        await write(item, day.movements(at(12, 0)), shelfId);
        const sum = orders.reduce((all, grams) => all + grams, 0);
        expect((await usage(item)).map(figures)).toEqual([
          { expected: sum, measured: sum + theft, wasted: 0, unexplained: theft },
        ]);
      }),
      { seed: 20_261_129, numRuns: 8 },
    );
  });

  test('a scale that leaps to and fro fills nothing up and uses nothing', async () => {
    const { item, shelfId } = await shelfItem();
    const leaps = Array.from({ length: 40 }, (_, index): Row[] => {
      const delta = 500 + ((index * 37) % 400);
      const second = at(9, 0) + index * 40;
      return [
        [second, 'ON_HAND', 'READING', delta],
        [second + 20, 'ON_HAND', 'READING', -delta],
      ];
    });
    await write(item, [[-3_600, 'ON_HAND', 'READING', 5_000], ...leaps.flat()], shelfId);
    expect(await usage(item)).toEqual([]);
  });
});

describe('of what is off its scale', () => {
  test.each([1, 5, 15])('for %i minutes, what came back less is use', async (minutes) => {
    for (const tareGrams of [0, 400]) {
      const { item, shelfId } = await shelfItem({ tareGrams });
      const day = new ShelfDay();
      day.draw(at(9, 1), 100);
      day.press(at(9, 1, 30), -100_000, minutes * 60);
      day.take(at(9, 2), 100);
      await write(item, day.movements(at(12, 0)), shelfId, { tareGrams });
      expect((await usage(item)).map(figures)).toEqual([
        { expected: 100, measured: 100, wasted: 0, unexplained: 0 },
      ]);
    }
  });

  test.each([5, 15])(
    'for %i minutes and comes back filled, recipes and records say what was used',
    async (minutes) => {
      const { item, shelfId } = await shelfItem();
      const day = new ShelfDay();
      day.order(at(8, 0), 20);
      day.press(at(9, 1, 30), -100_000, minutes * 60);
      day.quieten(at(9, 0), at(9, 20));
      day.order(at(9, 2), 20);
      day.take(at(9, 3), 700);
      await waste(item, at(9, 3), 700, 0);
      day.put(at(9, 4), 2_000);
      day.take(at(10, 3), 700);
      await write(item, day.movements(at(12, 0)), shelfId);
      expect((await usage(item)).map(figures)).toEqual([
        { expected: 40, measured: 40 + 700 + 700, wasted: 700, unexplained: 700 },
      ]);
    },
  );

  test('and does not come back, or another instead an hour later, all of it is missing', async () => {
    for (const next of [0, 6_000]) {
      const { item, shelfId } = await shelfItem();
      const day = new ShelfDay();
      day.take(at(9, 1), 5_000);
      day.put(at(10, 1), next);
      await write(item, day.movements(at(12, 0)), shelfId);
      expect((await usage(item)).map(figures)).toMatchObject([{ measured: 5_000, unexplained: 5_000 }]);
    }
  });

  test('a shelf that is used up by and by is no absence', async () => {
    const { item, shelfId } = await shelfItem();
    const day = new ShelfDay();
    for (let slot = 0; slot < 250; slot += 1) day.order(at(8, slot), 20);
    day.put(at(12, 20), 3_000);
    await write(item, day.movements(at(13, 0)), shelfId);
    expect((await usage(item)).map(figures)).toEqual([
      { expected: 5_000, measured: 5_000, wasted: 0, unexplained: 0 },
    ]);
  });
});

test('what is thrown away just before a refill is measured, and covers no theft', async () => {
  const { item, shelfId } = await shelfItem();
  const day = new ShelfDay();
  day.take(at(9, 0), 700);
  await waste(item, at(9, 0, 30), 700, 0);
  day.refill(at(9, 1), 3_000);
  day.take(at(10, 3), 700);
  await write(item, day.movements(at(12, 0)), shelfId);
  expect((await usage(item)).map(figures)).toEqual([
    { expected: 0, measured: 1_400, wasted: 700, unexplained: 700 },
  ]);
});

test('what is sent to another outlet is no use, unless it did not leave', async () => {
  const { item, shelfId } = await shelfItem();
  const day = new ShelfDay();
  day.take(at(9, 0), 700);
  day.take(at(10, 0), 300);
  await write(item, day.movements(at(12, 0)), shelfId);
  await send(item, at(8, 59), 700, 'RECEIVED');
  await send(item, at(9, 59), 300, 'CANCELLED');
  expect((await usage(item)).map(figures)).toEqual([
    { expected: 0, measured: 300, wasted: 0, unexplained: 300 },
  ]);
});

test('of pieces, one more is no refill, two are', async () => {
  const weighing = { gramsPerUnit: 200 };
  const { item, shelfId } = await shelfItem(weighing);
  const wavering: Row[] = [
    [-7_200, 'ON_HAND', 'READING', 20],
    [at(9, 0), 'ON_HAND', 'READING', 1],
    [at(9, 10), 'ON_HAND', 'READING', -1],
  ];
  await write(item, wavering, shelfId, weighing);
  expect(await usage(item)).toEqual([]);

  const other = await shelfItem(weighing);
  const filled: Row[] = [
    [-7_200, 'ON_HAND', 'READING', 20],
    [at(9, 0), 'ON_HAND', 'READING', 2],
    [at(9, 10), 'ON_HAND', 'READING', -2],
  ];
  await write(other.item, filled, other.shelfId, weighing);
  expect((await usage(other.item)).map(figures)).toMatchObject([{ measured: 2, unexplained: 2 }]);
});

describe('of a counted item', () => {
  test('what a count finds missing is unexplained; deliveries are no use', async () => {
    const item = await givenItem(stock, outlet);
    await write(item, [
      [at(7, 0), 'ON_HAND', 'OPENING', 100],
      [at(8, 0), 'RESERVED', 'RESERVATION', 10],
      [at(9, 0), 'RESERVED', 'CONSUMPTION', -10],
      [at(9, 0), 'ON_HAND', 'CONSUMPTION', -10],
      [at(10, 0), 'ON_HAND', 'DELIVERY', 50],
      [at(11, 0), 'ON_HAND', 'REMAKE', -4],
      [at(23, 59, 59), 'ON_HAND', 'COUNT', -7],
      [at(24, 0), 'ON_HAND', 'COUNT', -1],
    ]);
    await waste(item, at(12, 0), 3, 3);
    expect((await usage(item)).map(figures)).toEqual([
      { expected: 14, measured: 24, wasted: 3, unexplained: 7 },
    ]);
    expect((await usage(item, 'DAY', addDays(DAY, 1))).map(figures)).toEqual([
      { expected: 0, measured: 1, wasted: 0, unexplained: 1 },
    ]);
  });
});

describe('what recipes say', () => {
  const today = () => dayIn(ZONE, new Date());

  async function reserve({ ingredientId, outletId }: GivenItem, quantity: number): Promise<string> {
    const orderId = newId();
    const requirements = [{ ingredientId, quantity }];
    await insertReservations(stock.database.pool, 'test', [
      { eventId: newId(), orderId, outletId, requirements, cause: newCause() },
    ]);
    return orderId;
  }

  async function move(orderId: string, step: ReservationStep['step'], version: number): Promise<void> {
    await updateReservations(stock.database.pool, 'test', [
      { eventId: newId(), orderId, outletId: outlet.outletId, step, version, cause: newCause() },
    ]);
  }

  test.each(['COUNT', 'SHELF'] as const)(
    'of a %s item follows begun, undone and remade steps',
    async (tracking) => {
      const item = await givenItem(stock, { ...outlet, tracking, onHand: 500 });
      const expected = async () => (await usage(item, 'ITEM', today()))[0]?.expected ?? 0;
      const orderId = await reserve(item, 30);
      expect(await expected()).toBe(0);
      await move(orderId, 'TAKE', 2);
      expect(await expected()).toBe(30);
      await move(orderId, 'UNDO', 3);
      expect(await expected()).toBe(0);
      await move(orderId, 'TAKE', 4);
      const requirements = [{ ingredientId: item.ingredientId, quantity: 12 }];
      const remake = { eventId: newId(), orderId, outletId: outlet.outletId, version: 5, requirements };
      await takeForRemake(stock.database.pool, 'test', { ...remake, cause: newCause() });
      expect(await expected()).toBe(42);
      await move(await reserve(item, 7), 'RELEASE', 2);
      expect(await expected()).toBe(42);
      await move(await reserve(item, 7), 'TAKE', 2);
      expect(await expected()).toBe(49);
    },
  );

  test.each(['COUNT', 'SHELF'] as const)(
    'of a %s item counts steps that arrive after the end of their order, too',
    async (tracking) => {
      const item = await givenItem(stock, { ...outlet, tracking, onHand: 500 });
      const expected = async () => (await usage(item, 'ITEM', today()))[0]?.expected ?? 0;
      const [begun, undone] = [await reserve(item, 30), await reserve(item, 7)];
      await move(begun, 'RELEASE', 3);
      await move(begun, 'TAKE', 2);
      expect(await expected()).toBe(30);
      await move(undone, 'TAKE', 2);
      await move(undone, 'RELEASE', 4);
      expect(await expected()).toBe(37);
      await move(undone, 'UNDO', 3);
      expect(await expected()).toBe(30);
      const { rows } = await stock.database.pool.query(
        `SELECT reserved, (SELECT sum(delta)::int FROM stock_movement WHERE stock_item_id = $1 AND figure = 'RESERVED') AS sum
         FROM stock_item WHERE id = $1`,
        [item.id],
      );
      expect(rows).toEqual([{ reserved: 0, sum: 0 }]);
    },
  );
});

test('a shift begins and ends at the hours of its outlet, and within the days of the report', async () => {
  const item = await givenItem(stock, { ...outlet, onHand: 100 });
  await write(item, [
    [at(5, 59), 'ON_HAND', 'COUNT', -1],
    [at(6, 0), 'ON_HAND', 'COUNT', -2],
    [at(13, 59), 'ON_HAND', 'COUNT', -4],
    [at(14, 0), 'ON_HAND', 'COUNT', -8],
    [at(23, 30), 'ON_HAND', 'COUNT', -16],
  ]);
  const hours = (await usage(item, 'SHIFT')).map(({ from, to, measured }) => [
    ...[from, to].map((moment) => (moment.getTime() - DAY_BEGINS) / 3_600_000),
    measured,
  ]);
  expect(hours.toSorted(([one = 0], [other = 0]) => one - other)).toEqual([
    [0, 6, 1],
    [6, 14, 6],
    [14, 22, 8],
    [22, 24, 16],
  ]);
});

test('a report that takes too long ends with its reason, and the caller reads on', async () => {
  const item = await givenItem(stock, { ...outlet, tracking: 'COUNT' });
  await write(item, [
    [-90_000, 'ON_HAND', 'OPENING', 20],
    [3_600, 'ON_HAND', 'COUNT', -5],
  ]);
  const filter = {
    outletId: null,
    franchiseId: null,
    from: DAY,
    to: DAY,
    stockItemId: item.id,
    by: 'ITEM' as const,
  };
  const caller = stock.database.as(HQ);
  await expect(findUsage(caller, EVERYWHERE, filter, 10, 1)).rejects.toSatisfy(isTooMuchToRead);
  expect((await findUsage(caller, EVERYWHERE, filter, 10)).rows).toMatchObject([{ measured: 5 }]);
});
