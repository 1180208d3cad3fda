import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { RESERVATIONS } from '../events/order-placed.js';
import { openStockDatabase } from '../store/database.js';
import type { ReservationOutcome } from '../store/reservations.js';
import {
  expectLedgerToBalance,
  givenItem,
  givenOutlet,
  openTestStock,
  SILENT_BUS,
  type TestStock,
} from '../testing/harness.js';
import { reservationWriter } from './reserve-stock.js';

let stock: TestStock;
beforeAll(async () => {
  stock = await openTestStock();
});
afterAll(() => stock.close());

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

test('concurrent requests, to one process or two, get the outcomes of some serial order', async () => {
  const second = openStockDatabase(stock.url, SILENT_BUS);
  try {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ stocks, orders, writers }) => {
        const outlet = await givenOutlet(stock);
        const items = await Promise.all(stocks.map((onHand) => givenItem(stock, { ...outlet, onHand })));
        const lanes = [stock.database, second]
          .slice(0, writers)
          .map((database) => reservationWriter(database, SILENT_BUS, RESERVATIONS));
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
        await expectLedgerToBalance(stock);
      }),
      { numRuns: 60 },
    );
  } finally {
    await second.close();
  }
});

/**
 * Whether some serial order gives these outcomes: everything reserved fits, and each rejection is right at the latest moment
 * it can have been given, when all is reserved that ever is.
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

test('one writer reserves in the order of the requests', async () => {
  const outlet = await givenOutlet(stock);
  const item = await givenItem(stock, { ...outlet, onHand: 100 });
  const writer = reservationWriter(stock.database, SILENT_BUS, RESERVATIONS);
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
  await expectLedgerToBalance(stock);
});
