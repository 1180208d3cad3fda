import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addFigures, NO_SALES, type SalesChange, type SoldOrder, salesChanges } from './sales.js';

const anOrder: fc.Arbitrary<SoldOrder> = fc.record({
  outletId: fc.constantFrom('o1', 'o2'),
  franchiseId: fc.constant('f'),
  day: fc.constantFrom('2026-11-20', '2026-11-21'),
  lines: fc.array(
    fc.record({
      menuItemId: fc.constantFrom('m1', 'm2', 'm3'),
      quantity: fc.integer({ min: 1, max: 99 }),
      subtotal: fc.nat(10_000_000),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});
const orders = fc.array(anOrder, { maxLength: 10 });

const keyOf = ({ outletId, day, menuItemId }: SalesChange) => `${outletId} ${day} ${menuItemId}`;

function applied(...batches: readonly (readonly SalesChange[])[]) {
  const figures = new Map<string, { orders: number; units: number; revenue: number }>();
  for (const change of batches.flat()) {
    figures.set(keyOf(change), addFigures(figures.get(keyOf(change)) ?? NO_SALES, change));
  }
  return new Map([...figures].filter(([, { orders: count }]) => count !== 0));
}

describe('sales figures', () => {
  it('count an order once for its outlet and once for each of its items', () => {
    const lines = [
      { menuItemId: 'm1', quantity: 2, subtotal: 20_000 },
      { menuItemId: 'm2', quantity: 1, subtotal: 15_000 },
      { menuItemId: 'm1', quantity: 1, subtotal: 12_000 },
    ];
    const place = { outletId: 'o', franchiseId: 'f', day: '2026-11-20' };
    expect(salesChanges([{ ...place, lines }], [])).toEqual([
      { ...place, menuItemId: null, orders: 1, units: 4, revenue: 47_000 },
      { ...place, menuItemId: 'm1', orders: 1, units: 3, revenue: 32_000 },
      { ...place, menuItemId: 'm2', orders: 1, units: 1, revenue: 15_000 },
    ]);
  });

  it('come to nothing when all is taken back', () => {
    fc.assert(
      fc.property(orders, (all) => {
        expect(salesChanges(all, all)).toEqual([]);
      }),
    );
  });

  it('are the same however the orders are put together', () => {
    fc.assert(
      fc.property(orders, orders, (some, others) => {
        expect(applied(salesChanges([...some, ...others], []))).toEqual(
          applied(salesChanges(some, []), salesChanges(others, [])),
        );
        expect(applied(salesChanges([...some, ...others], []), salesChanges([], others))).toEqual(
          applied(salesChanges(some, [])),
        );
      }),
    );
  });

  it("of an outlet's day are those of its items", () => {
    fc.assert(
      fc.property(orders, (all) => {
        const changes = salesChanges(all, []);
        for (const whole of changes.filter(({ menuItemId }) => menuItemId === null)) {
          const items = changes.filter(
            ({ outletId, day, menuItemId }) =>
              menuItemId !== null && outletId === whole.outletId && day === whole.day,
          );
          expect(items.reduce((sum, { units }) => sum + units, 0)).toBe(whole.units);
          expect(items.reduce((sum, { revenue }) => sum + revenue, 0)).toBe(whole.revenue);
        }
      }),
    );
  });
});
