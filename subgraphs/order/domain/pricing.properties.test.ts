import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { line, menu } from '../testing/menu-fixtures.js';
import type { MenuItem, OptionGroup } from './menu.js';
import { priceOrder } from './pricing.js';

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
  previousPrice: fc.constant(0),
  effectiveAt: fc.constant(null),
  isLimited: fc.boolean(),
  taxClass: fc.constant('RESTAURANT'),
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
      requested: lines.map(({ quantity, picks }) => line({ quantity, optionIds: chosen(picks) })),
    };
  });

  it('costs the exact sum of its lines, each its unit price times its quantity', () => {
    fc.assert(
      fc.property(orders, ({ item, requested }) => {
        const { lines, total } = priceOrder(menu([item]), requested);
        for (const { unitPrice, quantity, subtotal, options } of lines) {
          const sum = options.reduce((price, { priceDelta }) => price + priceDelta, item.price);
          expect(unitPrice).toBe(Math.max(0, sum));
          expect(BigInt(subtotal)).toBe(BigInt(unitPrice) * BigInt(quantity));
        }
        expect(BigInt(total)).toBe(lines.reduce((sum, { subtotal }) => sum + BigInt(subtotal), 0n));
      }),
    );
  });

  it('requires as much as its lines ordered one by one, and never less than nothing', () => {
    fc.assert(
      fc.property(orders, ({ item, requested }) => {
        const apart = new Map<string, number>();
        for (const one of requested) {
          for (const { ingredientId, quantity } of priceOrder(menu([item]), [one]).requirements) {
            apart.set(ingredientId, (apart.get(ingredientId) ?? 0) + quantity);
          }
        }
        const { requirements } = priceOrder(menu([item]), requested);
        expect(new Map(requirements.map(({ ingredientId, quantity }) => [ingredientId, quantity]))).toEqual(
          apart,
        );
        for (const { quantity } of requirements) expect(quantity).toBeGreaterThan(0);
      }),
    );
  });

  it('has the chosen options of every group, or its defaults', () => {
    fc.assert(
      fc.property(orders, ({ item, requested }) => {
        const { lines } = priceOrder(menu([item]), requested);
        for (const [index, { options }] of lines.entries()) {
          const chosen = requested[index]?.optionIds ?? [];
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
