import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UserFault } from '../../../platform/errors.js';
import type { WantedLine } from './lines.js';
import type { MenuItem, MenuOption, OptionGroup, OutletMenu } from './menu.js';
import { priceForDisplay, priceOrder } from './pricing.js';

const TEA: MenuItem = {
  id: 'tea',
  name: 'Es Teh',
  price: 10_000,
  isLimited: false,
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

function menu(items: readonly MenuItem[], rest: Partial<OutletMenu> = {}): OutletMenu {
  return {
    timeZone: 'Asia/Jakarta',
    now: new Date('2026-11-20T04:00:00Z'),
    item: (id) => items.find((item) => item.id === id),
    outletPrice: () => undefined,
    hasRunOut: () => false,
    ...rest,
  };
}

function line(rest: Partial<WantedLine> = {}): WantedLine {
  return { menuItemId: 'tea', quantity: 1, optionIds: [], note: null, ...rest };
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

describe('the price of an order', () => {
  it('is the item with the default of every group that nothing was chosen from', () => {
    const { lines, total } = priceOrder(menu([TEA]), [line({ quantity: 3, optionIds: ['jelly'] })]);
    expect(lines[0]).toMatchObject({ unitPrice: 13_000, subtotal: 39_000 });
    expect(lines[0]?.options.map(({ id }) => id)).toEqual(['regular', 'jelly']);
    expect(total).toBe(39_000);
  });

  it("rests on the outlet's own price where there is one", () => {
    const here = menu([TEA], { outletPrice: () => ({ price: 12_000, isOffered: true }) });
    expect(priceOrder(here, [line()]).total).toBe(12_000);
    const chainPrice = menu([TEA], { outletPrice: () => ({ price: null, isOffered: true }) });
    expect(priceOrder(chainPrice, [line()]).total).toBe(10_000);
  });

  it('is never below nothing', () => {
    const cheap = { ...TEA, price: 300 };
    expect(priceOrder(menu([cheap]), [line({ optionIds: ['no-ice'] })]).total).toBe(0);
  });

  it('goes with what it takes and how long it is made, options included', () => {
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

  it('names every line that is wrong, and what is wrong with it', () => {
    const wanted = [
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
    expect(faultsOf(() => priceOrder(menu([TEA]), wanted))).toEqual([
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

  it('is refused for what is archived, not offered here or out of season', () => {
    const refused = [['ITEM_UNAVAILABLE', 'lines.0.menuItemId']];
    const season = { from: '2026-11-01T00:00:00+07:00', until: '2026-11-19T00:00:00+07:00' };
    expect(faultsOf(() => priceOrder(menu([{ ...TEA, isArchived: true }]), [line()]))).toEqual(refused);
    expect(faultsOf(() => priceOrder(menu([{ ...TEA, season }]), [line()]))).toEqual(refused);
    const notHere = menu([TEA], { outletPrice: () => ({ price: null, isOffered: false }) });
    expect(faultsOf(() => priceOrder(notHere, [line()]))).toEqual(refused);
  });

  it("holds a season to its last day in the outlet's calendar", () => {
    const season = { from: '2026-11-01T00:00:00+07:00', until: '2026-11-20T00:00:00+07:00' };
    const lastMinute = menu([{ ...TEA, season }], { now: new Date('2026-11-20T16:59:00Z') });
    expect(priceOrder(lastMinute, [line()]).total).toBe(10_000);
    const midnight = menu([{ ...TEA, season }], { now: new Date('2026-11-20T17:00:00Z') });
    expect(faultsOf(() => priceOrder(midnight, [line()]))).toEqual([
      ['ITEM_UNAVAILABLE', 'lines.0.menuItemId'],
    ]);
  });

  it('is refused at once for a limited item that has run out, and for no other', () => {
    const empty = { hasRunOut: (ingredientId: string) => ingredientId === 'ice' };
    const limited = { ...TEA, isLimited: true };
    expect(faultsOf(() => priceOrder(menu([limited], empty), [line()]))).toEqual([
      ['OUT_OF_STOCK', 'lines.0.menuItemId'],
    ]);
    expect(priceOrder(menu([limited], empty), [line({ optionIds: ['no-ice'] })]).total).toBe(9_500);
    expect(priceOrder(menu([TEA], empty), [line()]).total).toBe(10_000);
  });

  it('is refused beyond what any order comes near', () => {
    const gold = { ...TEA, price: 1_000_000_000 };
    const wanted = Array.from({ length: 50 }, () => line({ quantity: 99 }));
    expect(faultsOf(() => priceOrder(menu([gold]), wanted))).toEqual([['INVALID_QUANTITY', 'lines']]);
  });

  it('is shown in a cart also for what can no longer be ordered', () => {
    expect(priceForDisplay(menu([{ ...TEA, isArchived: true }]), line({ quantity: 2 })).subtotal).toBe(
      20_000,
    );
    expect(priceForDisplay(menu([TEA]), line({ optionIds: ['gone', 'jelly'] })).subtotal).toBe(13_000);
    expect(priceForDisplay(menu([]), line()).subtotal).toBe(0);
  });
});

const anOption = fc.record({
  id: fc.uuid(),
  name: fc.string(),
  priceDelta: fc.integer({ min: -1_000_000, max: 1_000_000 }),
  isDefault: fc.constant(false),
  recipe: fc.array(
    fc.record({
      ingredientId: fc.constantFrom('a', 'b', 'c'),
      quantity: fc.integer({ min: -500, max: 500 }),
    }),
    { maxLength: 3 },
  ),
});
const aGroup: fc.Arbitrary<OptionGroup> = fc
  .uniqueArray(anOption, { minLength: 1, maxLength: 4, selector: ({ id }) => id })
  .map((options) => ({
    ...{ id: 'group', name: 'Group', minimum: 1, maximum: options.length },
    options: options.map((one, index) => ({ ...one, isDefault: index === 0 })),
  }));
const anItem: fc.Arbitrary<MenuItem> = fc.record({
  id: fc.constant('tea'),
  name: fc.string(),
  price: fc.integer({ min: 1, max: 10_000_000 }),
  isLimited: fc.boolean(),
  isArchived: fc.constant(false),
  preparationSeconds: fc.integer({ min: 0, max: 3_600 }),
  season: fc.constant(null),
  recipe: fc.array(
    fc.record({ ingredientId: fc.constantFrom('a', 'b', 'c'), quantity: fc.integer({ min: 1, max: 500 }) }),
  ),
  optionGroups: fc.array(aGroup, { maxLength: 3 }),
});
const someLines = fc.array(
  fc.record({ quantity: fc.integer({ min: 1, max: 99 }), picks: fc.array(fc.nat(), { maxLength: 4 }) }),
  { minLength: 1, maxLength: 50 },
);

describe('any order', () => {
  const orders = fc.record({ item: anItem, lines: someLines }).map(({ item, lines }) => {
    const options = item.optionGroups.flatMap((group) => group.options.map(({ id }) => id));
    const chosen = (picks: readonly number[]) =>
      options.length === 0 ? [] : [...new Set(picks.map((pick) => options[pick % options.length] ?? ''))];
    return {
      item,
      wanted: lines.map(({ quantity, picks }) => line({ quantity, optionIds: chosen(picks) })),
    };
  });

  it('costs the exact sum of its lines, each its unit price times its quantity', () => {
    fc.assert(
      fc.property(orders, ({ item, wanted }) => {
        const { lines, total } = priceOrder(menu([item]), wanted);
        for (const { unitPrice, quantity, subtotal, options } of lines) {
          const sum = options.reduce((price, { priceDelta }) => price + priceDelta, item.price);
          expect(unitPrice).toBe(Math.max(0, sum));
          expect(BigInt(subtotal)).toBe(BigInt(unitPrice) * BigInt(quantity));
        }
        expect(BigInt(total)).toBe(lines.reduce((sum, { subtotal }) => sum + BigInt(subtotal), 0n));
      }),
    );
  });

  it('takes as much as its lines ordered one by one, and never less than nothing', () => {
    fc.assert(
      fc.property(orders, ({ item, wanted }) => {
        const apart = new Map<string, number>();
        for (const one of wanted) {
          for (const { ingredientId, quantity } of priceOrder(menu([item]), [one]).requirements) {
            apart.set(ingredientId, (apart.get(ingredientId) ?? 0) + quantity);
          }
        }
        const { requirements } = priceOrder(menu([item]), wanted);
        expect(new Map(requirements.map(({ ingredientId, quantity }) => [ingredientId, quantity]))).toEqual(
          apart,
        );
        for (const { quantity } of requirements) expect(quantity).toBeGreaterThan(0);
      }),
    );
  });

  it('has from every group what was chosen, or its default', () => {
    fc.assert(
      fc.property(orders, ({ item, wanted }) => {
        const { lines } = priceOrder(menu([item]), wanted);
        for (const [index, { options }] of lines.entries()) {
          const chosen = wanted[index]?.optionIds ?? [];
          for (const group of item.optionGroups) {
            const expected = group.options.filter(({ id }) => chosen.includes(id));
            const taken = expected.length > 0 ? expected : group.options.filter(({ isDefault }) => isDefault);
            const ids = new Set(taken.map(({ id }) => id));
            expect(options.filter(({ id }) => ids.has(id))).toHaveLength(taken.length);
          }
        }
      }),
    );
  });
});
