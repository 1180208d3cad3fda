import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import type { MenuItem } from './menu.js';
import { chooseOptions } from './options.js';

const option = (id: string, isDefault: boolean, isExclusive?: true) => ({
  ...{ id, name: id, priceDelta: 0, isDefault, recipe: [] },
  ...(isExclusive && { isExclusive }),
});
const toppings = [option('none', true, true), option('boba', false), option('pudding', false)];
const item: MenuItem = {
  ...{
    id: 'tea',
    name: 'Tea',
    price: 1,
    previousPrice: 1,
    effectiveAt: null,
    isLimited: false,
    taxClass: 'RESTAURANT',
    isArchived: false,
  },
  ...{ preparationSeconds: 1, season: null, recipe: [] },
  optionGroups: [{ id: 'topping', name: 'Topping', minimum: 1, maximum: 3, options: toppings }],
};

test.each([
  ['none by default', [], ['none']],
  ['none', ['none'], ['none']],
  ['several', ['pudding', 'boba'], ['boba', 'pudding']],
])('takes %s', (_title, chosen, taken) => {
  const choice = chooseOptions(item, chosen);
  expect(choice.ok && choice.options.map(({ id }) => id)).toEqual(taken);
});

test('an exclusive option goes with no other of its group', () => {
  expect(chooseOptions(item, ['none', 'boba'])).toEqual({
    ok: false,
    problem: 'none goes with nothing else of Topping.',
  });
});

test('in the demo, no topping goes with no topping', () => {
  const groups = CATALOGUE.menuItems.flatMap(({ optionGroups }) => optionGroups);
  const exclusive = groups.flatMap(({ name, options }) =>
    options.filter(({ isExclusive }) => isExclusive).map((each) => `${name}: ${each.name}`),
  );
  expect(new Set(exclusive)).toEqual(new Set(['Topping: Tanpa Topping']));
});
