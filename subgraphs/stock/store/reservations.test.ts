import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { traceIdOf } from '../../../platform/trace.js';
import {
  eventsOf,
  expectLedgerToBalance,
  figuresOf,
  type GivenItem,
  givenItem,
  givenOutlet,
  openTestStock,
  type Place,
  type TestStock,
} from '../testing/harness.js';
import {
  insertReservations,
  type ReservationRequest,
  type ReservationStep,
  takeForRemake,
  updateLapsedDraws,
  updateReservations,
} from './reservations.js';

let stock: TestStock;
let outlet: Place;
beforeAll(async () => {
  stock = await openTestStock();
  outlet = await givenOutlet(stock);
});
afterEach(() => expectLedgerToBalance(stock));
afterAll(() => stock.close());

function order(
  requirements: readonly (readonly [item: GivenItem, quantity: number])[],
  { orderId = newId(), outletId = outlet.outletId } = {},
): ReservationRequest {
  return {
    eventId: newId(),
    orderId,
    outletId,
    requirements: requirements.map(([{ ingredientId }, quantity]) => ({ ingredientId, quantity })),
    cause: newCause(),
  };
}

async function request(...requests: ReservationRequest[]): Promise<string[]> {
  return (await insertReservations(stock.database.pool, 'test.reservations', requests)).outcomes;
}

async function move(step: ReservationStep['step'], orderId: string, version = 5): Promise<void> {
  await steps({ step, orderId, version });
}

async function steps(
  ...given: readonly Pick<ReservationStep, 'step' | 'orderId' | 'version'>[]
): Promise<void> {
  const { outletId } = outlet;
  await updateReservations(
    stock.database.pool,
    'test.order-progress',
    given.map((step) => ({ ...step, outletId, eventId: newId(), cause: newCause() })),
  );
}

/** A count that finds so much more, or less. */
async function count({ id: stockItemId }: GivenItem, delta: number): Promise<void> {
  await stock.database.prisma.stockMovement.create({
    data: {
      stockItemId,
      ...outlet,
      ...{ figure: 'ON_HAND', delta, kind: 'COUNT', personId: newId() },
      traceId: traceIdOf(newCause().traceparent) ?? '',
    },
  });
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  );
}

describe('a promise', () => {
  test('is made for all lines of an order or none', async () => {
    const [milk, tea] = [
      await givenItem(stock, { ...outlet, onHand: 100 }),
      await givenItem(stock, { ...outlet, onHand: 5 }),
    ];
    const [possible, impossible] = [
      order([
        [milk, 60],
        [tea, 5],
      ]),
      order([
        [milk, 40],
        [tea, 1],
      ]),
    ];
    expect(await request(possible, impossible)).toEqual(['RESERVED', 'REJECTED']);
    expect(await figuresOf(stock, milk)).toEqual({ onHand: 100, reserved: 60, drawn: 0, available: 40 });
    expect(await figuresOf(stock, tea)).toEqual({ onHand: 5, reserved: 5, drawn: 0, available: 0 });
    expect(await eventsOf(stock, possible.orderId)).toEqual([
      { type: 'stock.reserved', data: { orderId: possible.orderId, outletId: outlet.outletId } },
    ]);
    expect(await eventsOf(stock, impossible.orderId)).toEqual([
      {
        type: 'stock.rejected',
        data: {
          orderId: impossible.orderId,
          outletId: outlet.outletId,
          shortages: [{ ingredientId: tea.ingredientId, missing: 1 }],
        },
      },
    ]);
  });

  test('serves orders in turn, and gives the rest to those that it still covers', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = [order([[cups, 6]]), order([[cups, 6]]), order([[cups, 4]]), order([[cups, 1]])];
    expect(await request(...placed)).toEqual(['RESERVED', 'REJECTED', 'RESERVED', 'REJECTED']);
  });

  test('sums the lines of one ingredient before it compares', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    expect(
      await request(
        order([
          [cups, 6],
          [cups, 6],
        ]),
      ),
    ).toEqual(['REJECTED']);
    expect(
      await request(
        order([
          [cups, 5],
          [cups, 5],
        ]),
      ),
    ).toEqual(['RESERVED']);
  });

  test('is published under the trace context of its order, as it came', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const traced = order([[cups, 1]]);
    const plain = order([[cups, 100]]);
    const tracestate = 'vendor=a1,other=b2';
    await request({ ...traced, cause: { ...traced.cause, tracestate } }, plain);
    const metadata = async ({ orderId }: ReservationRequest) =>
      (await stock.database.prisma.outbox.findFirstOrThrow({ where: { aggregateId: orderId } })).metadata;
    expect(await metadata(traced)).toEqual({ ...traced.cause, tracestate });
    expect(await metadata(plain)).toEqual(plain.cause);
  });

  test('is made once, however often it is requested', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = order([[cups, 4]]);
    expect(await request(placed, { ...placed, eventId: newId() })).toEqual(['RESERVED', 'KNOWN']);
    expect(await request(placed)).toEqual(['KNOWN']);
    expect(await request({ ...placed, eventId: newId() })).toEqual(['KNOWN']);
    expect(await figuresOf(stock, cups)).toMatchObject({ reserved: 4 });
    expect(await eventsOf(stock, placed.orderId)).toHaveLength(1);
  });

  test('is not made of what an outlet does not have, nor of what another has', async () => {
    const elsewhere = await givenItem(stock, { ...(await givenOutlet(stock)), onHand: 10 });
    const placed = order([[elsewhere, 1]]);
    expect(await request(placed)).toEqual(['REJECTED']);
    expect(await figuresOf(stock, elsewhere)).toMatchObject({ reserved: 0 });
  });

  test('needs nothing for what takes nothing', async () => {
    expect(await request(order([]))).toEqual(['RESERVED']);
  });

  test('is rejected, without overflow, above what a figure holds', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 2_000_000_000 });
    expect(
      await request(
        order([
          [cups, 2_000_000_000],
          [cups, 2_000_000_000],
        ]),
      ),
    ).toEqual(['REJECTED']);
  });

  test('never exceeds what is there when two processes promise at once', async () => {
    const items = await Promise.all([1, 2, 3].map(() => givenItem(stock, { ...outlet, onHand: 100 })));
    const placed = Array.from({ length: 200 }, (_, index) =>
      order(items.filter((_item, place) => place !== index % 3).map((item) => [item, 1] as const)),
    );
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, chunk) => request(...placed.slice(chunk * 10, chunk * 10 + 10))),
    );
    const reserved = await Promise.all(items.map(async (item) => (await figuresOf(stock, item)).reserved));
    expect(Math.max(...reserved)).toBe(100);
    expect(outcomes.flat().filter((outcome) => outcome === 'RESERVED')).toHaveLength(
      reserved.reduce((sum, units) => sum + units, 0) / 2,
    );
    const served = await request(...items.map((item) => order([[item, 1]])));
    expect(served).toEqual(reserved.map((units) => (units < 100 ? 'RESERVED' : 'REJECTED')));
  });

  test('is made once when two processes get the same orders in another order', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 1_000 });
    const placed = Array.from({ length: 100 }, () => order([[cups, 1]]));
    const answers = await Promise.all([
      request(...placed),
      request(...placed.toReversed()),
      request(...placed),
    ]);
    expect(answers.flat().filter((outcome) => outcome === 'RESERVED')).toHaveLength(100);
    expect(await figuresOf(stock, cups)).toMatchObject({ reserved: 100 });
  });
});

describe('when preparing starts', () => {
  test('a counted item’s promise becomes consumption', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = order([[cups, 4]]);
    await request(placed);
    await move('TAKE', placed.orderId);
    expect(await figuresOf(stock, cups)).toEqual({ onHand: 6, reserved: 0, drawn: 0, available: 6 });
  });

  test('a weighed item’s promise becomes drawn, and is still not available', async () => {
    const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 1_000 });
    const placed = order([[milk, 150]]);
    await request(placed);
    await move('TAKE', placed.orderId);
    expect(await figuresOf(stock, milk)).toEqual({ onHand: 1_000, reserved: 0, drawn: 150, available: 850 });
  });

  test('it counts once, however often the event is delivered', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = order([[cups, 4]]);
    await request(placed);
    await Promise.all([1, 2, 3].map(() => move('TAKE', placed.orderId)));
    await move('RELEASE', placed.orderId, 9);
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 6, reserved: 0 });
  });

  test('no more is consumed than an honest count has left', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = [order([[cups, 4]]), order([[cups, 4]])];
    await request(...placed);
    await stock.database.prisma.stockMovement.create({
      data: {
        stockItemId: cups.id,
        ...outlet,
        figure: 'ON_HAND',
        delta: -5,
        kind: 'COUNT',
        personId: newId(),
        traceId: newId(),
      },
    });
    await steps(...placed.map(({ orderId }) => ({ orderId, step: 'TAKE', version: 5 }) as const));
    expect(await figuresOf(stock, cups)).toEqual({ onHand: 0, reserved: 0, drawn: 0, available: 0 });
  });
});

describe('when an order ends before it is made', () => {
  test('what was reserved for it is free again', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = order([[cups, 4]]);
    await request(placed);
    await move('RELEASE', placed.orderId);
    await move('RELEASE', placed.orderId);
    expect(await figuresOf(stock, cups)).toEqual({ onHand: 10, reserved: 0, drawn: 0, available: 10 });
  });

  test('and that event is consumed before the order’s, nothing is reserved for it', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = order([[cups, 4]]);
    await move('RELEASE', placed.orderId, 2);
    expect(await request(placed)).toEqual(['KNOWN']);
    expect(await figuresOf(stock, cups)).toMatchObject({ reserved: 0, available: 10 });
    expect(await eventsOf(stock, placed.orderId)).toEqual([]);
  });

  test('a later refund that is consumed first does not undo what was made', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 10 });
    const placed = order([
      [cups, 4],
      [milk, 3],
    ]);
    await request(placed);
    await move('RELEASE', placed.orderId, 6);
    await move('TAKE', placed.orderId, 5);
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 6, reserved: 0 });
    expect(await figuresOf(stock, milk)).toMatchObject({ onHand: 10, reserved: 0, drawn: 3 });
  });

  test('of several steps in a batch the earliest version decides', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = order([[cups, 4]]);
    await request(placed);
    await steps(
      { orderId: placed.orderId, step: 'RELEASE', version: 6 },
      { orderId: placed.orderId, step: 'TAKE', version: 5 },
    );
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 6, reserved: 0 });
  });
});

describe('when the start of preparing is undone', () => {
  test('what was taken is reserved again, by movements that reverse the first ones', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 10 });
    const placed = order([
      [cups, 4],
      [milk, 3],
    ]);
    await request(placed);
    const before = [await figuresOf(stock, cups), await figuresOf(stock, milk)];
    await move('TAKE', placed.orderId, 5);
    const taken = [await figuresOf(stock, cups), await figuresOf(stock, milk)];
    await move('UNDO', placed.orderId, 6);
    expect([await figuresOf(stock, cups), await figuresOf(stock, milk)]).toEqual(before);
    await move('TAKE', placed.orderId, 7);
    expect([await figuresOf(stock, cups), await figuresOf(stock, milk)]).toEqual(taken);
    const movements = await stock.database.prisma.stockMovement.findMany({
      where: { orderId: placed.orderId, stockItemId: cups.id, kind: 'UNDONE' },
      orderBy: { figure: 'asc' },
      select: { figure: true, delta: true },
    });
    expect(movements).toEqual([
      { figure: 'ON_HAND', delta: 4 },
      { figure: 'RESERVED', delta: 4 },
    ]);
  });

  test('no more comes back than was there to take', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = order([[cups, 4]]);
    await request(placed);
    await count(cups, -7);
    await move('TAKE', placed.orderId, 5);
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 0, reserved: 0 });
    await move('UNDO', placed.orderId, 6);
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 3, reserved: 4, available: 0 });
  });

  test('what the scale has shown since stays gone, though the order then lacks it', async () => {
    const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 3 });
    const placed = order([[milk, 3]]);
    await request(placed);
    await move('TAKE', placed.orderId, 5);
    await updateLapsedDraws(stock.database.pool, new Date(Date.now() + 60_000));
    await count(milk, -3);
    await move('UNDO', placed.orderId, 6);
    expect(await figuresOf(stock, milk)).toEqual({ onHand: 0, reserved: 3, drawn: 0, available: 0 });
  });

  test.each([
    { steps: ['TAKE', 'UNDO'], onHand: 10, reserved: 7, drawn: 0 },
    { steps: ['TAKE', 'UNDO', 'TAKE'], onHand: 6, reserved: 0, drawn: 3 },
    { steps: ['TAKE', 'UNDO', 'RELEASE'], onHand: 10, reserved: 0, drawn: 0 },
    { steps: ['TAKE', 'UNDO', 'TAKE', 'RELEASE'], onHand: 6, reserved: 0, drawn: 3 },
  ] as const)(
    '$steps lead to the same in any order, one by one and together',
    async ({ steps: names, ...expected }) => {
      const given = names.map((step, index) => ({ step, version: 5 + index }));
      for (const isTogether of [false, true]) {
        for (const arrival of permutations(given)) {
          const cups = await givenItem(stock, { ...outlet, onHand: 10 });
          const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 10 });
          const placed = order([
            [cups, 4],
            [milk, 3],
          ]);
          await request(placed);
          const ofOrder = arrival.map((step) => ({ ...step, orderId: placed.orderId }));
          if (isTogether) await steps(...ofOrder);
          else for (const step of ofOrder) await steps(step);
          for (const step of ofOrder) await steps(step);
          const [counted, weighed] = [await figuresOf(stock, cups), await figuresOf(stock, milk)];
          expect({
            onHand: counted.onHand,
            reserved: counted.reserved + weighed.reserved,
            drawn: weighed.drawn,
          }).toEqual(expected);
        }
      }
    },
  );
});

describe('when lines are made a second time', () => {
  const remake = (placed: ReservationRequest, version: number, { eventId = newId() } = {}) =>
    takeForRemake(stock.database.pool, 'test.remakes', { ...placed, eventId, version, cause: newCause() });

  test('stock is taken again, once for each event, whatever became of the first draw', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 10 });
    const placed = order([
      [cups, 4],
      [milk, 3],
    ]);
    await request(placed);
    await move('TAKE', placed.orderId, 5);
    await updateLapsedDraws(stock.database.pool, new Date(Date.now() + 60_000));
    const eventId = newId();
    await remake(placed, 7, { eventId });
    await remake(placed, 7, { eventId });
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 2, reserved: 0 });
    expect(await figuresOf(stock, milk)).toMatchObject({ onHand: 10, reserved: 0, drawn: 3 });
    await remake(placed, 8);
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 0, reserved: 0 });
    expect(await figuresOf(stock, milk)).toMatchObject({ drawn: 6 });
    await updateLapsedDraws(stock.database.pool, new Date(Date.now() + 60_000));
    expect(await figuresOf(stock, milk)).toMatchObject({ onHand: 10, drawn: 0 });
  });

  test('it takes what the order did not require at first', async () => {
    const [cups, lids] = [
      await givenItem(stock, { ...outlet, onHand: 10 }),
      await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 10 }),
    ];
    const placed = order([[cups, 4]]);
    await request(placed);
    await move('TAKE', placed.orderId, 5);
    await remake(order([[lids, 2]], placed), 6);
    expect(await figuresOf(stock, lids)).toMatchObject({ onHand: 10, drawn: 2 });
    await updateLapsedDraws(stock.database.pool, new Date(Date.now() + 60_000));
    expect(await figuresOf(stock, lids)).toMatchObject({ onHand: 10, drawn: 0 });
  });

  test('it waits for the start of the order', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const placed = order([[cups, 4]]);
    await request(placed);
    await expect(remake(placed, 7)).rejects.toThrow('has not been begun');
    await move('TAKE', placed.orderId, 5);
    await remake(placed, 7);
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 2, reserved: 0 });
  });

  test('the first time alone is undone with the start of the order', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 10 });
    const placed = order([
      [cups, 4],
      [milk, 3],
    ]);
    await request(placed);
    await move('TAKE', placed.orderId, 5);
    await remake(placed, 6);
    await move('UNDO', placed.orderId, 7);
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 6, reserved: 4 });
    expect(await figuresOf(stock, milk)).toMatchObject({ onHand: 10, reserved: 3, drawn: 0 });
  });

  test('after the start was undone, counted goods alone are taken', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 10 });
    const placed = order([
      [cups, 4],
      [milk, 3],
    ]);
    await request(placed);
    await move('TAKE', placed.orderId, 5);
    await move('UNDO', placed.orderId, 7);
    await remake(placed, 6);
    expect(await figuresOf(stock, cups)).toMatchObject({ onHand: 6, reserved: 4 });
    expect(await figuresOf(stock, milk)).toMatchObject({ onHand: 10, reserved: 3, drawn: 0 });
  });
});

test('a draw that no scale has shown lapses when its time has come, and not before', async () => {
  const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 1_000 });
  const placed = order([[milk, 150]]);
  await request(placed);
  await move('TAKE', placed.orderId);
  await updateLapsedDraws(stock.database.pool, new Date(Date.now() - 60_000));
  expect(await figuresOf(stock, milk)).toMatchObject({ drawn: 150 });
  await updateLapsedDraws(stock.database.pool, new Date(Date.now() + 60_000));
  await updateLapsedDraws(stock.database.pool, new Date(Date.now() + 60_000));
  expect(await figuresOf(stock, milk)).toEqual({ onHand: 1_000, reserved: 0, drawn: 0, available: 1_000 });
});

describe('the database itself', () => {
  test('refuses to move a figure but by the ledger', async () => {
    const cups = await givenItem(stock, { ...outlet, onHand: 10 });
    const change = stock.database.pool.query('UPDATE stock_item SET on_hand = 11 WHERE id = $1', [cups.id]);
    await expect(change).rejects.toThrow('figures follow the ledger');
  });

  test('refuses to change the ledger', async () => {
    await expect(stock.database.pool.query('UPDATE stock_movement SET delta = 0')).rejects.toThrow(
      'append only',
    );
    await expect(stock.database.pool.query('DELETE FROM stock_movement')).rejects.toThrow('append only');
  });

  test.each(['ON_HAND', 'RESERVED', 'DRAWN'] as const)('refuses a negative %s', async (figure) => {
    const milk = await givenItem(stock, { ...outlet, tracking: 'SHELF', onHand: 10 });
    const movement = stock.database.prisma.stockMovement.create({
      data: {
        stockItemId: milk.id,
        ...outlet,
        figure,
        delta: -11,
        kind: 'COUNT',
        personId: newId(),
        traceId: newId(),
      },
    });
    await expect(movement).rejects.toThrow(/not_negative/);
  });
});
