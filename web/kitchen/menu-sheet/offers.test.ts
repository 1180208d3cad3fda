/** What can be taken off the menu, and until when. */
import { expect, it } from 'vitest';
import { matching, offersOf, tomorrowMorning } from './offers.js';

const option = (id: string, name: string, inStock: boolean, isDefault = false) => ({
  ...{ id, name, isDefault, availability: { inStock } },
});
const item = (id: string, name: string, options: ReturnType<typeof option>[]) => ({
  ...{ id, name, availability: { inStock: true }, optionGroups: [{ name: 'Topping', options }] },
});
const ITEMS = [
  item('1', 'Teh Susu Taro', [option('1-0', 'Tanpa Topping', true, true), option('1-1', 'Boba', false)]),
  item('2', 'Kopi Susu', [option('2-1', 'Boba', true), option('2-2', 'Puding', false)]),
];

it('gathers an option over the items that have it, and leaves defaults out', () => {
  expect(offersOf(ITEMS).map(({ name, targets, isOff }) => [name, targets.length, isOff])).toEqual([
    ['Teh Susu Taro', 1, false],
    ['Kopi Susu', 1, false],
    ['Boba', 2, false],
    ['Puding', 1, true],
  ]);
});

it('finds an offer by parts of its words in any order', () => {
  expect(matching(offersOf(ITEMS), 'taro teh').map(({ name }) => name)).toEqual(['Teh Susu Taro']);
  expect(matching(offersOf(ITEMS), 'topping').map(({ name }) => name)).toEqual(['Boba', 'Puding']);
});

it('means the next day of the outlet, not of the device', () => {
  const lateInJakarta = new Date('2026-11-30T16:30:45.000Z');
  expect(tomorrowMorning(lateInJakarta, 'Asia/Jakarta').toISOString()).toBe('2026-11-30T23:00:00.000Z');
  const afterMidnight = new Date('2026-11-30T17:30:00.000Z');
  expect(tomorrowMorning(afterMidnight, 'Asia/Jakarta').toISOString()).toBe('2026-12-01T23:00:00.000Z');
});
