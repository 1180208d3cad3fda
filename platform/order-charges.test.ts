import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add } from './money.js';
import {
  type ChargeShares,
  type OrderCharges,
  sharesBetween,
  sharesOfPart,
  taxSum,
} from './order-charges.js';

const amount = fc.integer({ min: 0, max: 1_000_000_000 });
const aTax = (name: 'PBJT' | 'PPN') =>
  fc.record({
    ...{ name: fc.constant(name), rate: fc.constant(1_000), base: amount, amount },
    isIncluded: fc.boolean(),
  });
/** Charges that leave something for the lines, with the taxes in their prices. */
const anOrder = fc
  .record({
    lines: amount,
    serviceCharge: amount,
    taxes: fc.tuple(aTax('PBJT'), aTax('PPN')),
    rounding: fc.integer({ min: -500, max: 500 }),
  })
  .map(({ lines, ...charges }) => ({
    charges,
    total: lines + charges.serviceCharge + taxSum(charges.taxes, false) + charges.rounding + 1_000,
  }));
const sumOf = ({ lines, serviceCharge, taxes, rounding }: ChargeShares) =>
  add(lines, serviceCharge, taxSum(taxes, false), rounding);

function plus(one: ChargeShares, other: ChargeShares): ChargeShares {
  return {
    lines: one.lines + other.lines,
    serviceCharge: one.serviceCharge + other.serviceCharge,
    rounding: one.rounding + other.rounding,
    taxes: one.taxes.map((tax, index) => ({
      ...tax,
      base: tax.base + (other.taxes[index]?.base ?? 0),
      amount: tax.amount + (other.taxes[index]?.amount ?? 0),
    })),
  };
}

const wholeOf = (charges: OrderCharges, total: number) => sharesOfPart(charges, total, total);

describe('what a part of an order’s total is for', () => {
  it('adds up to the part, and of the whole is everything', () => {
    fc.assert(
      fc.property(anOrder, fc.double({ min: 0, max: 1, noNaN: true }), ({ charges, total }, portion) => {
        const part = Math.floor(total * portion);
        expect(sumOf(sharesOfPart(charges, total, part))).toBe(part);
        const { lines: _, ...whole } = wholeOf(charges, total);
        expect(whole).toEqual(charges);
      }),
    );
  });

  it('adds up to the whole order however it is parted', () => {
    const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
    fc.assert(
      fc.property(anOrder, parts, ({ charges, total }, portions) => {
        const ends = [0, ...portions.map((portion) => Math.floor(total * portion)), total].toSorted(
          (one, other) => one - other,
        );
        const shares = ends
          .slice(1)
          .map((to, index) => sharesBetween(charges, total, { from: ends[index] ?? 0, to }));
        for (const [index, share] of shares.entries())
          expect(sumOf(share)).toBe((ends[index + 1] ?? 0) - (ends[index] ?? 0));
        expect(shares.reduce(plus)).toEqual(wholeOf(charges, total));
      }),
    );
  });

  it('never takes back of a tax or the service charge what an earlier part gave', () => {
    fc.assert(
      fc.property(anOrder, amount, amount, ({ charges, total }, one, other) => {
        const [from, to] = [Math.min(one, other) % total, Math.max(one, other) % total].toSorted(
          (a, b) => a - b,
        );
        const share = sharesBetween(charges, total, { from: from ?? 0, to: to ?? 0 });
        expect(share.serviceCharge).toBeGreaterThanOrEqual(0);
        for (const tax of share.taxes) expect(tax.amount).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
