import { expect, test } from 'vitest';
import { amountAt, changedAt, isPending } from './dated-price.js';

const effectiveAt = new Date('2026-11-28T08:00:00.250Z');
const before = new Date('2026-11-28T08:00:00.249Z');

test('a changed amount takes effect at its instant, not before', () => {
  const price = changedAt<number | null>(20_000, 21_000, effectiveAt);
  expect(amountAt(price, before)).toBe(20_000);
  expect(isPending(price, before)).toBe(true);
  expect(amountAt(price, effectiveAt)).toBe(21_000);
  expect(isPending(price, effectiveAt)).toBe(false);
});

test('an amount that stays the same is never pending', () => {
  expect(changedAt(20_000, 20_000, effectiveAt)).toEqual({
    ...{ amount: 20_000, previous: 20_000, effectiveAt: null },
  });
});

test("a change to the chain's price waits as any other", () => {
  expect(amountAt(changedAt<number | null>(20_000, null, effectiveAt), before)).toBe(20_000);
  expect(amountAt(changedAt<number | null>(null, 20_000, effectiveAt), before)).toBeNull();
});
