import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarDay } from '../../../platform/kit/calendar.js';
import { NO_CHARGES } from '../../../platform/order-charges.js';
import { type ChangedSale, type SaleLine, saleLines } from './sale-lines.js';
import { addFigures, NO_SALES, type SalesChange, salesChanges } from './sales.js';

const [YESTERDAY, TODAY] = [calendarDay('2026-11-20'), calendarDay('2026-11-21')];
const NONE = { sold: null, refunded: 0 };
const PLACE = { outletId: 'o', franchiseId: 'f' };

const PLAIN = { discount: 0, promotionId: null, optionIds: [] };
const LINES = [
  { ...PLAIN, position: 0, menuItemId: 'm1', quantity: 2, subtotal: 20_000 },
  { ...PLAIN, position: 1, menuItemId: 'm2', quantity: 1, subtotal: 15_000 },
  { ...PLAIN, position: 2, menuItemId: 'm1', quantity: 1, subtotal: 12_000 },
];

/** Paid yesterday, changed today. */
function changed(rest: Partial<ChangedSale>): ChangedSale {
  const states = { before: NONE, after: NONE };
  return {
    ...{ ...PLACE, orderId: 'o1', staffId: null, method: 'QRIS', ...states, at: { day: TODAY, hour: 10 } },
    ...{ tips: 0, rewardDiscount: 0, charges: NO_CHARGES, lines: LINES, ...rest },
  };
}

const sold = (refunded = 0) => ({ sold: { day: YESTERDAY, hour: 9 }, refunded });
const sale = (gross: number) => ({ gross, refunds: 0, revenue: gross });
const refund = (refunds: number) => ({ gross: 0, refunds, revenue: -refunds });
const itemsOf = (changes: readonly SalesChange[]) =>
  changes.flatMap(({ menuItemId, day, revenue }) =>
    menuItemId === null ? [] : [[menuItemId, day, revenue]],
  );

describe('sales figures', () => {
  it('count an order once for its outlet and once for each of its items', () => {
    expect(salesChanges([changed({ after: sold() })])).toEqual([
      { ...PLACE, day: YESTERDAY, menuItemId: null, orders: 1, units: 4, ...sale(47_000) },
      { ...PLACE, day: YESTERDAY, menuItemId: 'm1', orders: 1, units: 3, ...sale(32_000) },
      { ...PLACE, day: YESTERDAY, menuItemId: 'm2', orders: 1, units: 1, ...sale(15_000) },
    ]);
  });

  it('fall by a refund on the day of the refund, spread over the lines to the rupiah, and keep the order', () => {
    expect(salesChanges([changed({ before: sold(), after: sold(46_999) })])).toEqual([
      { ...PLACE, day: TODAY, menuItemId: null, orders: 0, units: 0, ...refund(46_999) },
      { ...PLACE, day: TODAY, menuItemId: 'm1', orders: 0, units: 0, ...refund(31_999) },
      { ...PLACE, day: TODAY, menuItemId: 'm2', orders: 0, units: 0, ...refund(15_000) },
    ]);
  });

  it('lose the order and its units on its own day, and what was left of its revenue on the day it is voided', () => {
    const changes = salesChanges([changed({ before: sold(40_000), after: { ...NONE, refunded: 47_000 } })]);
    expect(changes.filter(({ menuItemId }) => menuItemId === null)).toEqual([
      { ...PLACE, day: YESTERDAY, menuItemId: null, orders: -1, units: -4, ...sale(0) },
      { ...PLACE, day: TODAY, menuItemId: null, orders: 0, units: 0, ...refund(7_000) },
    ]);
  });

  it('count what was paid: rewards are spread over the lines', () => {
    expect(itemsOf(salesChanges([changed({ after: sold(), rewardDiscount: 4_700 })]))).toEqual([
      ['m1', YESTERDAY, 28_800],
      ['m2', YESTERDAY, 13_500],
    ]);
  });

  it('count a refund that is known before the sale', () => {
    expect(salesChanges([changed({ after: sold(7_000), at: { day: YESTERDAY, hour: 9 } })])[0]).toMatchObject(
      {
        ...{ orders: 1, revenue: 40_000 },
      },
    );
  });
});

/** An order from its payment over some refunds to its end, as the changes that it makes one by one. */
const aHistory = fc
  .record({
    outletId: fc.constantFrom('o1', 'o2'),
    lines: fc.array(
      fc.record({
        menuItemId: fc.constantFrom('m1', 'm2', 'm3'),
        quantity: fc.integer({ min: 1, max: 99 }),
        subtotal: fc.nat(10_000_000),
        ...{ position: fc.nat(), discount: fc.nat(5_000) },
        ...{ promotionId: fc.constant(null), optionIds: fc.constant([]) },
      }),
      { minLength: 1, maxLength: 5 },
    ),
    reward: fc.double({ min: 0, max: 1, noNaN: true }),
    refunds: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
    isVoided: fc.boolean(),
  })
  .map(({ outletId, lines, reward, refunds, isVoided }) => {
    const subtotal = lines.reduce((sum, line) => sum + line.subtotal, 0);
    const rewardDiscount = Math.floor(subtotal * reward);
    const total = subtotal - rewardDiscount;
    const totals = refunds.map((portion) => Math.floor(total * portion)).sort((one, other) => one - other);
    const states = [NONE, sold(), ...totals.map(sold), ...(isVoided ? [{ ...NONE, refunded: total }] : [])];
    const changes = states.slice(1).map((after, index): ChangedSale => {
      const day = index % 2 === 0 ? YESTERDAY : TODAY;
      return changed({
        outletId,
        lines,
        rewardDiscount,
        at: { day, hour: 9 },
        before: states[index] ?? NONE,
        after,
      });
    });
    return { changes, rest: isVoided ? 0 : total - (totals.at(-1) ?? 0), isVoided };
  });

function sumOf(changes: readonly SalesChange[]) {
  return changes.filter(({ menuItemId }) => menuItemId === null).reduce(addFigures, NO_SALES);
}

describe('whatever is paid, refunded and voided', () => {
  const histories = fc.array(aHistory, { maxLength: 6 });

  it("an outlet's day is the sum of its items", () => {
    fc.assert(
      fc.property(histories, (all) => {
        const changes = salesChanges(all.flatMap((one) => one.changes));
        const place = ({ outletId, day }: SalesChange) => `${outletId} ${day}`;
        for (const key of new Set(changes.map(place))) {
          const here = changes.filter((change) => place(change) === key);
          const items = here.filter(({ menuItemId }) => menuItemId !== null).reduce(addFigures, NO_SALES);
          expect({ units: items.units, revenue: items.revenue }).toEqual({
            units: sumOf(here).units,
            revenue: sumOf(here).revenue,
          });
        }
      }),
    );
  });

  it('revenue is what was paid and not given back, whether changes are counted together or one by one', () => {
    fc.assert(
      fc.property(histories, (all) => {
        const changes = all.flatMap((one) => one.changes);
        const expected = {
          revenue: all.reduce((sum, { rest }) => sum + rest, 0),
          orders: all.filter(({ isVoided }) => !isVoided).length,
        };
        expect(sumOf(salesChanges(changes))).toMatchObject(expected);
        expect(sumOf(changes.flatMap((one) => salesChanges([one])))).toMatchObject(expected);
      }),
    );
  });

  it('revenue is gross less discounts less refunds, line by line, and gross is the prices of what was sold', () => {
    fc.assert(
      fc.property(histories, (all) => {
        const lines = all.flatMap((one) => one.changes).flatMap(saleLines);
        const sum = (of: (line: SaleLine) => number) => lines.reduce((total, line) => total + of(line), 0);
        const prices = all.map(({ changes: [first] }) =>
          (first?.lines ?? []).reduce((total, line) => total + line.subtotal + line.discount, 0),
        );
        expect(sum(({ gross }) => gross)).toBe(prices.reduce((total, one) => total + one, 0));
        expect(sum(({ gross, discounts, refunds }) => gross - discounts - refunds)).toBe(
          sumOf(salesChanges(all.flatMap((one) => one.changes))).revenue,
        );
      }),
    );
  });

  it('an order voided leaves nothing at any item', () => {
    fc.assert(
      fc.property(aHistory, ({ changes, isVoided }) => {
        fc.pre(isVoided);
        const revenues = new Map<string | null, number>();
        for (const { menuItemId, revenue } of salesChanges(changes)) {
          revenues.set(menuItemId, (revenues.get(menuItemId) ?? 0) + revenue);
        }
        expect([...revenues.values()].filter((revenue) => revenue !== 0)).toEqual([]);
      }),
    );
  });
});
