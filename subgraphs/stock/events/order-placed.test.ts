import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { openStockDatabase } from '../store/database.js';
import type { ReservationOutcome } from '../store/reservations.js';
import {
  expectBooksToHold,
  givenItem,
  givenOutlet,
  newCause,
  openStockBooks,
  SILENT_BUS,
  type StockBooks,
} from '../testing/harness.js';
import { reservationWriter } from './order-placed.js';

let books: StockBooks;
beforeAll(async () => {
  books = await openStockBooks();
});
afterAll(() => books.close());

interface Wish {
  readonly item: number;
  readonly quantity: number;
}

const scenario = fc.record({
  stocks: fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 3 }),
  orders: fc.array(
    fc.array(fc.record({ item: fc.integer({ min: 0, max: 2 }), quantity: fc.integer({ min: 1, max: 5 }) }), {
      maxLength: 3,
    }),
    { minLength: 1, maxLength: 12 },
  ),
  writers: fc.integer({ min: 1, max: 2 }),
});

test('whatever is asked at once, of one process or two, is answered as if it had been asked one by one', async () => {
  const second = openStockDatabase(books.url, SILENT_BUS);
  try {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ stocks, orders, writers }) => {
        const outlet = await givenOutlet(books);
        const items = await Promise.all(stocks.map((onHand) => givenItem(books, { ...outlet, onHand })));
        const lanes = [books.database, second]
          .slice(0, writers)
          .map((database) => reservationWriter(database, SILENT_BUS));
        const outcomes = await Promise.all(
          orders.map((wishes, index) =>
            lanes[index % lanes.length]?.reserve({
              eventId: newId(),
              orderId: newId(),
              outletId: outlet.outletId,
              requirements: wishes.map(({ item, quantity }) => ({
                ingredientId: items[item]?.ingredientId ?? newId(),
                quantity,
              })),
              cause: newCause(),
            }),
          ),
        );
        expect(isSerial(stocks, orders, outcomes)).toBe(true);
        await expectBooksToHold(books);
      }),
      { numRuns: 60 },
    );
  } finally {
    await second.close();
  }
});

/**
 * Whether some order of asking gives these answers: everything reserved fits, and each refusal was right at the latest
 * moment it can have been given, when all was reserved that ever is.
 */
function isSerial(
  stocks: readonly number[],
  orders: readonly (readonly Wish[])[],
  outcomes: readonly (ReservationOutcome | undefined)[],
): boolean {
  const left = [...stocks];
  for (const [index, wishes] of orders.entries()) {
    if (outcomes[index] !== 'RESERVED') continue;
    for (const { item, quantity } of wishes) left[item] = (left[item] ?? 0) - quantity;
  }
  if (left.some((quantity) => quantity < 0)) return false;
  return orders.every((wishes, index) => {
    if (outcomes[index] === 'RESERVED') return true;
    const needs = new Map<number, number>();
    for (const { item, quantity } of wishes) needs.set(item, (needs.get(item) ?? 0) + quantity);
    return (
      outcomes[index] === 'REJECTED' && [...needs].some(([item, quantity]) => (left[item] ?? 0) < quantity)
    );
  });
}

test('one writer answers in the order it was asked', async () => {
  const outlet = await givenOutlet(books);
  const item = await givenItem(books, { ...outlet, onHand: 100 });
  const writer = reservationWriter(books.database, SILENT_BUS);
  const outcomes = await Promise.all(
    Array.from({ length: 2_000 }, () =>
      writer.reserve({
        eventId: newId(),
        orderId: newId(),
        outletId: outlet.outletId,
        requirements: [{ ingredientId: item.ingredientId, quantity: 1 }],
        cause: newCause(),
      }),
    ),
  );
  expect(outcomes.slice(0, 100).every((outcome) => outcome === 'RESERVED')).toBe(true);
  expect(outcomes.slice(100).every((outcome) => outcome === 'REJECTED')).toBe(true);
  await expectBooksToHold(books);
});
