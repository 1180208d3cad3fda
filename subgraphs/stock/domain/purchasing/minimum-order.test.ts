import { expect, test } from 'vitest';
import { type OrderedItem, packsForMinimum, totalWith } from './minimum-order.js';

const MILK: OrderedItem = {
  ...{ packs: 1, packSize: 10, packPrice: 100, dailyUse: 10, level: 30, spoilingLimit: null },
};
const CUPS: OrderedItem = { ...MILK, packSize: 50, packPrice: 200, dailyUse: 5, level: 50 };

test('nothing is added to an order that comes to enough', () => {
  expect(packsForMinimum([MILK, CUPS], 300)).toEqual([0, 0]);
});

test('items are filled up to the same days, what runs out first before the others', () => {
  // Milk lasts 3 days, cups 10.
  expect(packsForMinimum([MILK, CUPS], 400)).toEqual([1, 0]);
  expect(packsForMinimum([MILK, CUPS], 1_000)).toEqual([7, 0]);
  // To more than ten days: of both.
  expect(packsForMinimum([MILK, CUPS], 1_100)).toEqual([8, 1]);
});

test('what spoils is not ordered beyond what is worth it; others make up for it', () => {
  const spoiling = { ...MILK, spoilingLimit: 29 };
  const added = packsForMinimum([spoiling, CUPS], 1_000);
  expect(added).toEqual([1, 3]);
  expect(totalWith([spoiling, CUPS], added)).toBe(1_000);
});

test('where more than two months would be needed, or all spoils, nothing is added', () => {
  expect(packsForMinimum([MILK], 5_800)).toEqual([57]);
  expect(packsForMinimum([MILK], 5_900)).toEqual([0]);
  expect(packsForMinimum([{ ...MILK, spoilingLimit: 10 }], 200)).toEqual([0]);
  expect(packsForMinimum([{ ...MILK, dailyUse: 0 }], 200)).toEqual([0]);
});
