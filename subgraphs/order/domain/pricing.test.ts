import { describe, expect, it } from 'vitest';
import { UserFault } from '../../../platform/errors.js';
import { calendarDay } from '../../../platform/kit/calendar.js';
import { line, menu } from '../testing/menu-fixtures.js';
import type { MenuItem, MenuOption, OutletPrice } from './menu.js';
import { priceForDisplay, priceOrder } from './pricing.js';

const TEA: MenuItem = {
  id: 'tea',
  name: 'Es Teh',
  price: 10_000,
  previousPrice: 10_000,
  effectiveAt: null,
  isLimited: false,
  taxClass: 'RESTAURANT',
  isArchived: false,
  preparationSeconds: 60,
  season: null,
  recipe: [
    { ingredientId: 'tea', quantity: 10 },
    { ingredientId: 'ice', quantity: 150 },
  ],
  optionGroups: [
    {
      id: 'size',
      name: 'Size',
      minimum: 1,
      maximum: 1,
      options: [
        option('regular', 0, true),
        option('large', 4_000, false, [{ ingredientId: 'tea', quantity: 5 }]),
      ],
    },
    {
      id: 'toppings',
      name: 'Toppings',
      minimum: 0,
      maximum: 2,
      options: [
        option('jelly', 3_000),
        option('pearls', 5_000),
        option('no-ice', -500, false, [{ ingredientId: 'ice', quantity: -200 }]),
      ],
    },
  ],
};

function option(
  id: string,
  priceDelta: number,
  isDefault = false,
  recipe: MenuOption['recipe'] = [],
): MenuOption {
  return { id, name: id, priceDelta, isDefault, recipe };
}

function faultsOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserFault)
      return error.userErrors.map(({ code, field }) => [code, field?.join('.')]);
    throw error;
  }
}

/** An outlet's own price, for a long time already. */
function own(price: number | null, isOffered: boolean): OutletPrice {
  return { price, previousPrice: price, effectiveAt: null, isOffered };
}

describe('the price of an order', () => {
  it('is the item with the defaults of every group without a choice', () => {
    const { lines, total } = priceOrder(menu([TEA]), [line({ quantity: 3, optionIds: ['jelly'] })]);
    expect(lines[0]).toMatchObject({ unitPrice: 13_000, subtotal: 39_000 });
    expect(lines[0]?.options.map(({ id }) => id)).toEqual(['regular', 'jelly']);
    expect(total).toBe(39_000);
  });

  it("is based on the outlet's own price where there is one", () => {
    const here = menu([TEA], { outletPrice: () => own(12_000, true) });
    expect(priceOrder(here, [line()]).total).toBe(12_000);
    const chainPrice = menu([TEA], { outletPrice: () => own(null, true) });
    expect(priceOrder(chainPrice, [line()]).total).toBe(10_000);
  });

  describe('while a price change is pending', () => {
    const now = menu([]).now;
    const pending = { effectiveAt: new Date(now.getTime() + 1) };
    const inEffect = { effectiveAt: now };
    const priceOf = (item: MenuItem, outletPrice?: OutletPrice) =>
      priceOrder(menu([item], { outletPrice: () => outletPrice }), [line({ optionIds: ['large'] })]).total;

    it("is the chain's previous price until the change takes effect, to the millisecond", () => {
      const item = { ...TEA, price: 12_000, previousPrice: 10_000 };
      expect(priceOf({ ...item, ...pending })).toBe(14_000);
      expect(priceOf({ ...item, ...inEffect })).toBe(16_000);
    });

    it("is the outlet's previous price, which may have been the chain's", () => {
      expect(priceOf(TEA, { ...own(12_000, true), previousPrice: null, ...pending })).toBe(14_000);
      expect(priceOf(TEA, { ...own(12_000, true), previousPrice: null, ...inEffect })).toBe(16_000);
      expect(priceOf(TEA, { ...own(null, true), previousPrice: 12_000, ...pending })).toBe(16_000);
      expect(priceOf(TEA, { ...own(null, true), previousPrice: 12_000, ...inEffect })).toBe(14_000);
    });

    it('has the previous deltas of its options, on the line too', () => {
      const optionGroups = TEA.optionGroups.map((group) => ({
        ...group,
        options: group.options.map((one) =>
          one.id === 'large' ? { ...one, previousPriceDelta: 1_000 } : one,
        ),
      }));
      expect(priceOf({ ...TEA, optionGroups, ...pending })).toBe(11_000);
      expect(priceOf({ ...TEA, optionGroups, ...inEffect })).toBe(14_000);
      const { lines } = priceOrder(menu([{ ...TEA, optionGroups, ...pending }]), [
        line({ optionIds: ['large'] }),
      ]);
      expect(lines[0]?.options).toEqual([
        { id: 'large', name: expect.any(String), groupName: 'Size', priceDelta: 1_000 },
      ]);
    });
  });

  it('is never below nothing', () => {
    const cheap = { ...TEA, price: 300 };
    expect(priceOrder(menu([cheap]), [line({ optionIds: ['no-ice'] })]).total).toBe(0);
  });

  it('comes with its requirements and preparation time, options included', () => {
    const { requirements, preparationSeconds } = priceOrder(menu([TEA]), [
      line({ quantity: 2, optionIds: ['large'] }),
      line({ quantity: 1, optionIds: ['no-ice'] }),
    ]);
    expect(requirements).toEqual([
      { ingredientId: 'tea', quantity: 40 },
      { ingredientId: 'ice', quantity: 300 },
    ]);
    expect(preparationSeconds).toBe(180);
  });

  it('requires the ingredients of default options, where a group has no choice or the item no recipe of its own', () => {
    const pearls = option('pearls', 0, true, [{ ingredientId: 'pearls', quantity: 40 }]);
    const topped = {
      ...TEA,
      recipe: [],
      optionGroups: [{ id: 'topping', name: 'Topping', minimum: 0, maximum: 1, options: [pearls] }],
    };
    expect(priceOrder(menu([topped]), [line({ quantity: 3 })]).requirements).toEqual([
      { ingredientId: 'pearls', quantity: 120 },
    ]);
  });

  it('reports every fault of every line', () => {
    const requested = [
      line({ menuItemId: 'coffee' }),
      line({ quantity: 100 }),
      line({ quantity: 1.5 }),
      line({ optionIds: ['regular', 'large'] }),
      line({ optionIds: ['jelly', 'jelly'] }),
      line({ optionIds: ['jelly', 'pearls', 'no-ice'] }),
      line({ optionIds: ['lemon'] }),
      line({ note: 'x'.repeat(201) }),
      line(),
    ];
    expect(faultsOf(() => priceOrder(menu([TEA]), requested))).toEqual([
      ['ITEM_UNAVAILABLE', 'lines.0.menuItemId'],
      ['INVALID_QUANTITY', 'lines.1.quantity'],
      ['INVALID_QUANTITY', 'lines.2.quantity'],
      ['INVALID_OPTION', 'lines.3.optionIds'],
      ['INVALID_OPTION', 'lines.4.optionIds'],
      ['INVALID_OPTION', 'lines.5.optionIds'],
      ['INVALID_OPTION', 'lines.6.optionIds'],
      ['INVALID_INPUT', 'lines.7.note'],
    ]);
  });

  it('is refused for items that are archived, not offered here or out of season', () => {
    const refused = [['ITEM_UNAVAILABLE', 'lines.0.menuItemId']];
    const season = { from: calendarDay('2026-11-01'), until: calendarDay('2026-11-19') };
    expect(faultsOf(() => priceOrder(menu([{ ...TEA, isArchived: true }]), [line()]))).toEqual(refused);
    expect(faultsOf(() => priceOrder(menu([{ ...TEA, season }]), [line()]))).toEqual(refused);
    const notHere = menu([TEA], { outletPrice: () => own(null, false) });
    expect(faultsOf(() => priceOrder(notHere, [line()]))).toEqual(refused);
  });

  it.each([
    ['Asia/Jakarta', '2026-11-19T17:00:00Z', '2026-11-20T17:00:00Z'],
    ['America/Los_Angeles', '2026-11-20T08:00:00Z', '2026-11-21T08:00:00Z'],
    ['Pacific/Kiritimati', '2026-11-19T10:00:00Z', '2026-11-20T10:00:00Z'],
  ])('has its season from the first to the last moment of its days in %s', (timeZone, from, until) => {
    const season = { from: calendarDay('2026-11-20'), until: calendarDay('2026-11-20') };
    const at = (moment: number) => menu([{ ...TEA, season }], { timeZone, now: new Date(moment) });
    const refused = [['ITEM_UNAVAILABLE', 'lines.0.menuItemId']];
    expect(faultsOf(() => priceOrder(at(Date.parse(from) - 1), [line()]))).toEqual(refused);
    expect(priceOrder(at(Date.parse(from)), [line()]).total).toBe(10_000);
    expect(priceOrder(at(Date.parse(until) - 1), [line()]).total).toBe(10_000);
    expect(faultsOf(() => priceOrder(at(Date.parse(until)), [line()]))).toEqual(refused);
  });

  it('is refused for a limited item that is sold out, and for no other', () => {
    const empty = { hasRunOut: (ingredientId: string) => ingredientId === 'ice' };
    const limited = { ...TEA, isLimited: true };
    expect(faultsOf(() => priceOrder(menu([limited], empty), [line()]))).toEqual([
      ['OUT_OF_STOCK', 'lines.0.menuItemId'],
    ]);
    expect(priceOrder(menu([limited], empty), [line({ optionIds: ['no-ice'] })]).total).toBe(9_500);
    expect(priceOrder(menu([TEA], empty), [line()]).total).toBe(10_000);
  });

  it('is refused beyond the maximum total', () => {
    const gold = { ...TEA, price: 1_000_000_000 };
    const requested = Array.from({ length: 50 }, () => line({ quantity: 99 }));
    expect(faultsOf(() => priceOrder(menu([gold]), requested))).toEqual([['INVALID_QUANTITY', 'lines']]);
  });

  it('is shown in a cart also for items that cannot be ordered any more', () => {
    expect(priceForDisplay(menu([{ ...TEA, isArchived: true }]), [line({ quantity: 2 })])[0]?.subtotal).toBe(
      20_000,
    );
    expect(priceForDisplay(menu([TEA]), [line({ optionIds: ['gone', 'jelly'] })])[0]?.subtotal).toBe(13_000);
    expect(priceForDisplay(menu([]), [line()])[0]?.subtotal).toBe(0);
  });
});
