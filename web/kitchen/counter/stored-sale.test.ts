/** What a counter goes on with after its page was loaded again. */
import { expect, it } from 'vitest';
import type { CounterItemFragment } from './operations.js';
import { saleIn, textOf } from './stored-sale.js';

const option = {
  id: 'besar',
  name: 'Besar',
  isDefault: false,
  isExclusive: false,
  priceDelta: { amount: 5_000 },
};
const TARO: CounterItemFragment = {
  ...{ id: 'taro', name: 'Teh Susu Taro', category: 'MILK_TEA', price: { amount: 22_000 } },
  optionGroups: [{ id: 'size', name: 'Ukuran', minimum: 1, maximum: 1, options: [option] }],
};
const SALE = {
  basket: [{ item: TARO, quantity: 2, optionIds: ['besar'], note: 'Tanpa es' }],
  guest: { name: 'Rina', table: '', member: '' },
  key: 'k1',
  placed: { id: '1', number: 'A1', total: { amount: 54_000 } },
};

it('is the same sale with the same key, and the order that was placed', () => {
  expect(saleIn(textOf(SALE), [TARO])).toEqual(SALE);
});

it('leaves out what the menu does not have any more, and takes prices as the menu has them', () => {
  const without = { ...TARO, optionGroups: [] };
  const dearer = { ...TARO, price: { amount: 25_000 } };
  expect(saleIn(textOf(SALE), [without])?.basket).toEqual([]);
  expect(saleIn(textOf(SALE), [])?.basket).toEqual([]);
  expect(saleIn(textOf(SALE), [dearer])?.basket[0]?.item.price.amount).toBe(25_000);
});

it('is nothing where nothing is stored', () => {
  expect(saleIn(null, [TARO])).toBeUndefined();
});
