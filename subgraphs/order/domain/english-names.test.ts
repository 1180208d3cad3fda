import { expect, it } from 'vitest';
import { inEnglish } from './english-names.js';

const line = {
  ...{ menuItemId: 'tea', name: 'Teh', quantity: 1, unitPrice: 1, discount: 0, promotion: null },
  ...{ subtotal: 1, note: null },
  options: [
    { id: 'large', name: 'Besar', groupName: 'Ukuran', priceDelta: 0 },
    { id: 'gone', name: 'Cincau', groupName: null, priceDelta: 0 },
  ],
};
const tea = {
  ...{ id: 'tea', name: 'Teh', english: { tea: 'Tea', size: 'Size', large: 'Large' } },
  optionGroups: [{ id: 'size', name: 'Ukuran', options: [{ id: 'large', name: 'Besar' }] }],
};

it('has the English names of what is still called as it was ordered, and the names of then otherwise', () => {
  expect(inEnglish(line, tea)).toEqual({
    ...line,
    name: 'Tea',
    options: [
      { id: 'large', name: 'Large', groupName: 'Size', priceDelta: 0 },
      { id: 'gone', name: 'Cincau', groupName: null, priceDelta: 0 },
    ],
  });
  expect(inEnglish(line, { ...tea, name: 'Teh Melati' }).name).toBe('Teh');
  expect(inEnglish(line, { ...tea, english: {} })).toEqual(line);
  expect(inEnglish(line, null)).toEqual(line);
});
