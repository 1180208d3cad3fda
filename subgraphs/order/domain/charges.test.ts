import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add } from '../../../platform/money.js';
import { TAX_CLASSES, taxSum } from '../../../platform/order-charges.js';
import { type ChargeRules, chargesOf } from './charges.js';

const INCLUDED: ChargeRules = {
  ...{ serviceChargeRate: 0, pbjtRate: 1_000, ppnRate: 1_200, isTaxIncluded: true },
  ...{ roundingUnit: 1, roundingDirection: 'NEAREST' },
};
const ADDED: ChargeRules = { ...INCLUDED, isTaxIncluded: false };
const drink = (subtotal: number) => ({ subtotal, taxClass: 'RESTAURANT' as const });
const goods = (subtotal: number) => ({ subtotal, taxClass: 'GOODS' as const });

describe('what an order costs beside its lines', () => {
  it('is nothing where prices have their taxes in them', () => {
    const { total, taxes } = chargesOf([drink(22_000)], 0, INCLUDED);
    expect(total).toBe(22_000);
    expect(taxes).toEqual([{ name: 'PBJT', rate: 1_000, base: 20_000, amount: 2_000, isIncluded: true }]);
  });

  it('is PBJT on food and drink, the service charge included', () => {
    expect(chargesOf([drink(20_000)], 0, { ...ADDED, serviceChargeRate: 500 })).toEqual({
      serviceCharge: 1_000,
      taxes: [{ name: 'PBJT', rate: 1_000, base: 21_000, amount: 2_100, isIncluded: false }],
      ...{ rounding: 0, total: 23_100 },
    });
  });

  it('is PPN of 12 % on eleven twelfths of the price of goods', () => {
    expect(chargesOf([goods(120_000)], 0, ADDED)).toMatchObject({
      taxes: [{ name: 'PPN', rate: 1_200, base: 110_000, amount: 13_200, isIncluded: false }],
      total: 133_200,
    });
    expect(chargesOf([goods(133_200)], 0, INCLUDED)).toMatchObject({
      taxes: [{ name: 'PPN', rate: 1_200, base: 110_000, amount: 13_200, isIncluded: true }],
      total: 133_200,
    });
  });

  it('is each tax on what its own items cost, after rewards', () => {
    const lines = [drink(20_000), goods(60_000), { subtotal: 20_000, taxClass: 'NONE' as const }];
    const { taxes, total } = chargesOf(lines, 10_000, ADDED);
    expect(taxes.map(({ name, base, amount }) => [name, base, amount])).toEqual([
      ['PBJT', 18_000, 1_800],
      ['PPN', 49_500, 5_940],
    ]);
    expect(total).toBe(90_000 + 1_800 + 5_940);
  });

  it('is no tax where the rate is nothing', () => {
    expect(chargesOf([drink(20_000), goods(5_000)], 0, { ...ADDED, pbjtRate: 0, ppnRate: 0 }).taxes).toEqual(
      [],
    );
  });

  it.each([
    [20_249, 'NEAREST', 500, 20_000],
    [20_250, 'NEAREST', 500, 20_500],
    [20_001, 'UP', 1_000, 21_000],
    [20_999, 'DOWN', 1_000, 20_000],
    [20_050, 'NEAREST', 100, 20_100],
    [20_000, 'UP', 1_000, 20_000],
    [3, 'DOWN', 1_000, 1_000],
    [3, 'NEAREST', 1_000, 1_000],
  ] as const)('a total of %i is rounded %s to multiples of %i: %i', (due, direction, unit, total) => {
    const rules = { ...INCLUDED, roundingUnit: unit, roundingDirection: direction };
    expect(chargesOf([drink(due)], 0, rules)).toMatchObject({ total, rounding: total - due });
  });
});

const someRules: fc.Arbitrary<ChargeRules> = fc.record({
  serviceChargeRate: fc.integer({ min: 0, max: 2_500 }),
  pbjtRate: fc.integer({ min: 0, max: 1_000 }),
  ppnRate: fc.integer({ min: 0, max: 1_200 }),
  isTaxIncluded: fc.boolean(),
  roundingUnit: fc.constantFrom(1, 100, 500, 1_000),
  roundingDirection: fc.constantFrom('NEAREST', 'UP', 'DOWN'),
});
const anOrder = fc
  .record({
    lines: fc.array(
      fc.record({
        subtotal: fc.integer({ min: 1, max: 10_000_000_000 }),
        taxClass: fc.constantFrom(...TAX_CLASSES),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    reward: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ lines, reward }) => ({
    lines,
    rewardDiscount: Math.floor(reward * add(...lines.map(({ subtotal }) => subtotal))),
  }));

describe('whatever is ordered under whatever rules', () => {
  it('lines − rewards + service charge + added taxes + rounding is the total, a multiple of the unit', () => {
    fc.assert(
      fc.property(anOrder, someRules, ({ lines, rewardDiscount }, rules) => {
        const { serviceCharge, taxes, rounding, total } = chargesOf(lines, rewardDiscount, rules);
        const sum = add(...lines.map(({ subtotal }) => subtotal), -rewardDiscount);
        expect(add(sum, serviceCharge, taxSum(taxes, false), rounding)).toBe(total);
        expect(total % rules.roundingUnit).toBe(0);
        expect(Math.abs(rounding)).toBeLessThan(rules.roundingUnit === 1 ? 1 : rules.roundingUnit);
      }),
    );
  });

  it('a tax is its rate of its base, and neither it nor its base is more than what it is of', () => {
    fc.assert(
      fc.property(anOrder, someRules, ({ lines, rewardDiscount }, rules) => {
        const { serviceCharge, taxes } = chargesOf(lines, rewardDiscount, rules);
        const sum = add(...lines.map(({ subtotal }) => subtotal), -rewardDiscount, serviceCharge);
        expect(add(0, ...taxes.map(({ base }) => base))).toBeLessThanOrEqual(sum);
        for (const { base, rate, amount } of taxes) {
          expect(Math.abs(amount - (base * rate) / 10_000)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
