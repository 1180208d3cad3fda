import fc from 'fast-check';
import { expect, it } from 'vitest';
import { NUMBERS_A_BLOCK, orderNumber } from './order-number.js';

it('has no ambiguous letters and stays short for a long time', () => {
  expect(orderNumber(0, 1)).toBe('0001');
  expect(orderNumber(1, 0)).toBe('0010');
  expect(orderNumber(999_999, 31)).toHaveLength(5);
});

it('is unique', () => {
  const place = fc.tuple(fc.nat(10_000_000), fc.nat(NUMBERS_A_BLOCK - 1));
  fc.assert(
    fc.property(fc.uniqueArray(place, { selector: ([block, index]) => `${block}/${index}` }), (places) => {
      const numbers = places.map(([block, index]) => orderNumber(block, index));
      expect(new Set(numbers).size).toBe(places.length);
      for (const number of numbers) expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]+$/);
    }),
  );
});

it('must lie within its block', () => {
  expect(() => orderNumber(1, NUMBERS_A_BLOCK)).toThrow(RangeError);
  expect(() => orderNumber(1, -1)).toThrow(RangeError);
});
