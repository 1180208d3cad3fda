/** Taking an order at the counter. */
import { expect, it } from 'vitest';
import {
  added,
  type Basket,
  tendersFor,
  totalOf,
  unusualIn,
  withNote,
  withOption,
  withQuantity,
} from './basket.js';
import type { CounterItemFragment } from './operations.js';

const option = (id: string, amount: number, more = {}) => ({
  ...{ id, name: id, isDefault: false, isExclusive: false, priceDelta: { amount } },
  ...more,
});
const SIZE = {
  ...{ id: 'size', name: 'Ukuran', minimum: 1, maximum: 1 },
  options: [option('reguler', 0, { isDefault: true }), option('besar', 5_000)],
};
const TOPPING = {
  ...{ id: 'topping', name: 'Topping', minimum: 1, maximum: 2 },
  options: [
    option('tanpa', 0, { isDefault: true, isExclusive: true }),
    option('boba', 5_000),
    option('puding', 5_000),
    option('nata', 4_000),
  ],
};
const TARO: CounterItemFragment = {
  ...{ id: 'taro', name: 'Teh Susu Taro', category: 'MILK_TEA', price: { amount: 22_000 } },
  optionGroups: [SIZE, TOPPING],
};
const choose = (basket: Basket, ...ids: string[]) =>
  ids.reduce((result, id) => {
    const group = SIZE.options.some((one) => one.id === id) ? SIZE : TOPPING;
    return withOption(result, 0, group, id);
  }, basket);

it('takes the defaults, and the same again as one more', () => {
  const basket = added(added([], TARO), TARO);
  expect(basket).toHaveLength(1);
  expect(totalOf(basket)).toBe(44_000);
});

it('does not add to a line that was changed', () => {
  expect(added(choose(added([], TARO), 'besar'), TARO)).toHaveLength(2);
  expect(added(withNote(added([], TARO), 0, 'Tanpa es'), TARO)).toHaveLength(2);
});

it('takes one option of one, and several up to the maximum', () => {
  const basket = choose(added([], TARO), 'besar', 'boba', 'puding', 'nata');
  expect(basket.map(unusualIn)).toEqual([['besar', 'boba', 'puding']]);
  expect(totalOf(basket)).toBe(37_000);
});

it('lets an exclusive option stand alone, and falls back to the default where too few are left', () => {
  expect(choose(added([], TARO), 'boba', 'tanpa').map(unusualIn)).toEqual([[]]);
  const without = choose(added([], TARO), 'boba', 'boba');
  expect(without[0]?.optionIds).toEqual(['reguler', 'tanpa']);
});

it('removes a line with its last piece', () => {
  expect(withQuantity(added([], TARO), 0, -1)).toEqual([]);
});

it('offers what guests give in cash: the sum itself, then the notes above it', () => {
  expect(tendersFor(22_000)).toEqual([22_000, 25_000, 30_000, 40_000, 50_000]);
  expect(tendersFor(50_000)).toEqual([50_000, 60_000, 100_000]);
});
