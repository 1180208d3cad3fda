import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import {
  eventsOf,
  expectBooksToHold,
  figuresOf,
  type GivenItem,
  givenItem,
  givenOutlet,
  newCause,
  openStockBooks,
  type Place,
  type StockBooks,
} from '../testing/harness.js';
import {
  advanceReservations,
  lapseDraws,
  type ReservationRequest,
  type ReservationStep,
  reserve,
} from './reservations.js';

let books: StockBooks;
let outlet: Place;
beforeAll(async () => {
  books = await openStockBooks();
  outlet = await givenOutlet(books);
});
afterEach(() => expectBooksToHold(books));
afterAll(() => books.close());

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

async function ask(...requests: ReservationRequest[]): Promise<string[]> {
  return (await reserve(books.database.pool, 'test.reservations', requests)).outcomes;
}

async function move(step: 'TAKE' | 'RELEASE', orderId: string, version = 5): Promise<void> {
  await steps({ step, orderId, version });
}

async function steps(
  ...given: readonly Pick<ReservationStep, 'step' | 'orderId' | 'version'>[]
): Promise<void> {
  const { outletId } = outlet;
  await advanceReservations(
    books.database.pool,
    'test.order-progress',
    given.map((step) => ({ ...step, outletId, eventId: newId(), cause: newCause() })),
  );
}

describe('a promise', () => {
  test('is made for all lines of an order or none', async () => {
    const [milk, tea] = [
      await givenItem(books, { ...outlet, onHand: 100 }),
      await givenItem(books, { ...outlet, onHand: 5 }),
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
    expect(await ask(possible, impossible)).toEqual(['RESERVED', 'REJECTED']);
    expect(await figuresOf(books, milk)).toEqual({ onHand: 100, reserved: 60, drawn: 0, available: 40 });
    expect(await figuresOf(books, tea)).toEqual({ onHand: 5, reserved: 5, drawn: 0, available: 0 });
    expect(await eventsOf(books, possible.orderId)).toEqual([
      { type: 'stock.reserved', data: { orderId: possible.orderId, outletId: outlet.outletId } },
    ]);
    expect(await eventsOf(books, impossible.orderId)).toEqual([
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

  test('goes to who asked first, and what is left to who can still use it', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const asked = [order([[cups, 6]]), order([[cups, 6]]), order([[cups, 4]]), order([[cups, 1]])];
    expect(await ask(...asked)).toEqual(['RESERVED', 'REJECTED', 'RESERVED', 'REJECTED']);
  });

  test('sums the lines of one ingredient before it compares', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    expect(
      await ask(
        order([
          [cups, 6],
          [cups, 6],
        ]),
      ),
    ).toEqual(['REJECTED']);
    expect(
      await ask(
        order([
          [cups, 5],
          [cups, 5],
        ]),
      ),
    ).toEqual(['RESERVED']);
  });

  test('is made once, however often it is asked for', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const asked = order([[cups, 4]]);
    expect(await ask(asked, { ...asked, eventId: newId() })).toEqual(['RESERVED', 'KNOWN']);
    expect(await ask(asked)).toEqual(['KNOWN']);
    expect(await ask({ ...asked, eventId: newId() })).toEqual(['KNOWN']);
    expect(await figuresOf(books, cups)).toMatchObject({ reserved: 4 });
    expect(await eventsOf(books, asked.orderId)).toHaveLength(1);
  });

  test('is not made of what an outlet does not have, nor of what another has', async () => {
    const elsewhere = await givenItem(books, { ...(await givenOutlet(books)), onHand: 10 });
    const asked = order([[elsewhere, 1]]);
    expect(await ask(asked)).toEqual(['REJECTED']);
    expect(await figuresOf(books, elsewhere)).toMatchObject({ reserved: 0 });
  });

  test('needs nothing for what takes nothing', async () => {
    expect(await ask(order([]))).toEqual(['RESERVED']);
  });

  test('is refused, not overflowed, when more is asked than a figure holds', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 2_000_000_000 });
    expect(
      await ask(
        order([
          [cups, 2_000_000_000],
          [cups, 2_000_000_000],
        ]),
      ),
    ).toEqual(['REJECTED']);
  });

  test('never exceeds what is there when two processes promise at once', async () => {
    const items = await Promise.all([1, 2, 3].map(() => givenItem(books, { ...outlet, onHand: 100 })));
    const asked = Array.from({ length: 200 }, (_, index) =>
      order(items.filter((_item, place) => place !== index % 3).map((item) => [item, 1] as const)),
    );
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, chunk) => ask(...asked.slice(chunk * 10, chunk * 10 + 10))),
    );
    const promised = await Promise.all(items.map(async (item) => (await figuresOf(books, item)).reserved));
    expect(Math.max(...promised)).toBe(100);
    expect(outcomes.flat().filter((outcome) => outcome === 'RESERVED')).toHaveLength(
      promised.reduce((sum, reserved) => sum + reserved, 0) / 2,
    );
    const served = await ask(...items.map((item) => order([[item, 1]])));
    expect(served).toEqual(promised.map((reserved) => (reserved < 100 ? 'RESERVED' : 'REJECTED')));
  });

  test('is made once when two processes get the same orders in another order', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 1_000 });
    const asked = Array.from({ length: 100 }, () => order([[cups, 1]]));
    const answers = await Promise.all([ask(...asked), ask(...asked.toReversed()), ask(...asked)]);
    expect(answers.flat().filter((outcome) => outcome === 'RESERVED')).toHaveLength(100);
    expect(await figuresOf(books, cups)).toMatchObject({ reserved: 100 });
  });
});

describe('when preparing starts', () => {
  test('a counted item’s promise becomes consumption', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const asked = order([[cups, 4]]);
    await ask(asked);
    await move('TAKE', asked.orderId);
    expect(await figuresOf(books, cups)).toEqual({ onHand: 6, reserved: 0, drawn: 0, available: 6 });
  });

  test('a weighed item’s promise becomes drawn, and is still not available', async () => {
    const milk = await givenItem(books, { ...outlet, tracking: 'SHELF', onHand: 1_000 });
    const asked = order([[milk, 150]]);
    await ask(asked);
    await move('TAKE', asked.orderId);
    expect(await figuresOf(books, milk)).toEqual({ onHand: 1_000, reserved: 0, drawn: 150, available: 850 });
  });

  test('it counts once, however often it is heard', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const asked = order([[cups, 4]]);
    await ask(asked);
    await Promise.all([1, 2, 3].map(() => move('TAKE', asked.orderId)));
    await move('RELEASE', asked.orderId, 9);
    expect(await figuresOf(books, cups)).toMatchObject({ onHand: 6, reserved: 0 });
  });

  test('no more is consumed than an honest count has left', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const asked = [order([[cups, 4]]), order([[cups, 4]])];
    await ask(...asked);
    await books.database.prisma.stockMovement.create({
      data: {
        stockItemId: cups.id,
        figure: 'ON_HAND',
        delta: -5,
        kind: 'COUNT',
        personId: newId(),
        traceId: newId(),
      },
    });
    await steps(...asked.map(({ orderId }) => ({ orderId, step: 'TAKE', version: 5 }) as const));
    expect(await figuresOf(books, cups)).toEqual({ onHand: 0, reserved: 0, drawn: 0, available: 0 });
  });
});

describe('when an order ends before it is made', () => {
  test('what it was promised is free again', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const asked = order([[cups, 4]]);
    await ask(asked);
    await move('RELEASE', asked.orderId);
    await move('RELEASE', asked.orderId);
    expect(await figuresOf(books, cups)).toEqual({ onHand: 10, reserved: 0, drawn: 0, available: 10 });
  });

  test('and that is heard before the order is, nothing is promised to it', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const asked = order([[cups, 4]]);
    await move('RELEASE', asked.orderId, 2);
    expect(await ask(asked)).toEqual(['KNOWN']);
    expect(await figuresOf(books, cups)).toMatchObject({ reserved: 0, available: 10 });
    expect(await eventsOf(books, asked.orderId)).toEqual([]);
  });

  test('a later refund that is heard first does not undo what was made', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const milk = await givenItem(books, { ...outlet, tracking: 'SHELF', onHand: 10 });
    const asked = order([
      [cups, 4],
      [milk, 3],
    ]);
    await ask(asked);
    await move('RELEASE', asked.orderId, 6);
    await move('TAKE', asked.orderId, 5);
    expect(await figuresOf(books, cups)).toMatchObject({ onHand: 6, reserved: 0 });
    expect(await figuresOf(books, milk)).toMatchObject({ onHand: 10, reserved: 0, drawn: 3 });
  });

  test('of what is heard at once, what happened first decides', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const asked = order([[cups, 4]]);
    await ask(asked);
    await steps(
      { orderId: asked.orderId, step: 'RELEASE', version: 6 },
      { orderId: asked.orderId, step: 'TAKE', version: 5 },
    );
    expect(await figuresOf(books, cups)).toMatchObject({ onHand: 6, reserved: 0 });
  });
});

test('what was drawn and never shown lapses when its time has come, and not before', async () => {
  const milk = await givenItem(books, { ...outlet, tracking: 'SHELF', onHand: 1_000 });
  const asked = order([[milk, 150]]);
  await ask(asked);
  await move('TAKE', asked.orderId);
  await lapseDraws(books.database.pool, new Date(Date.now() - 60_000));
  expect(await figuresOf(books, milk)).toMatchObject({ drawn: 150 });
  await lapseDraws(books.database.pool, new Date(Date.now() + 60_000));
  await lapseDraws(books.database.pool, new Date(Date.now() + 60_000));
  expect(await figuresOf(books, milk)).toEqual({ onHand: 1_000, reserved: 0, drawn: 0, available: 1_000 });
});

describe('the database itself', () => {
  test('refuses to move a figure but by the ledger', async () => {
    const cups = await givenItem(books, { ...outlet, onHand: 10 });
    const change = books.database.pool.query('UPDATE stock_item SET on_hand = 11 WHERE id = $1', [cups.id]);
    await expect(change).rejects.toThrow('figures follow the ledger');
  });

  test('refuses to change the ledger', async () => {
    await expect(books.database.pool.query('UPDATE stock_movement SET delta = 0')).rejects.toThrow(
      'append only',
    );
    await expect(books.database.pool.query('DELETE FROM stock_movement')).rejects.toThrow('append only');
  });

  test.each(['ON_HAND', 'RESERVED', 'DRAWN'] as const)('refuses a negative %s', async (figure) => {
    const milk = await givenItem(books, { ...outlet, tracking: 'SHELF', onHand: 10 });
    const movement = books.database.prisma.stockMovement.create({
      data: { stockItemId: milk.id, figure, delta: -11, kind: 'COUNT', personId: newId(), traceId: newId() },
    });
    await expect(movement).rejects.toThrow(/not_negative/);
  });
});
