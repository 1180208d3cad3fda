import { describe, expect, it } from 'vitest';
import { choose, type OptionGroup, stockOf } from './menu.js';

const option = (id: string, isDefault = false, isExclusive = false) => ({
  id,
  name: id,
  isDefault,
  isExclusive,
  priceDelta: { amount: 0 },
  availability: null,
});

const size: OptionGroup = {
  id: 'size',
  name: 'Size',
  minimum: 1,
  maximum: 1,
  options: [option('regular', true), option('large')],
};
const topping: OptionGroup = {
  id: 'topping',
  name: 'Topping',
  minimum: 1,
  maximum: 2,
  options: [option('none', true, true), option('boba'), option('jelly'), option('foam')],
};

function press(group: OptionGroup, chosen: readonly string[], id: string): string[] {
  const pressed = group.options.find((one) => one.id === id);
  if (pressed === undefined) throw new Error(`No option ${id}`);
  return choose(group, chosen, pressed);
}

describe('choosing options', () => {
  it('takes one in place of the other where one is allowed, and leaves other groups alone', () => {
    expect(press(size, ['regular', 'boba'], 'large')).toEqual(['boba', 'large']);
  });

  it('keeps one where one is needed', () => {
    expect(press(size, ['large'], 'large')).toEqual(['large']);
  });

  it('adds up to the most, and drops an exclusive option for the first other', () => {
    const one = press(topping, ['none'], 'boba');
    expect(one).toEqual(['boba']);
    const two = press(topping, one, 'jelly');
    expect(two).toEqual(['boba', 'jelly']);
    expect(press(topping, two, 'foam')).toEqual(two);
  });

  it('lets an exclusive option stand alone, and falls back to the default when nothing is left', () => {
    expect(press(topping, ['boba', 'jelly'], 'none')).toEqual(['none']);
    expect(press(topping, ['boba'], 'boba')).toEqual(['none']);
  });
});

describe('what is left', () => {
  it('is said when it is few, or none', () => {
    expect(stockOf({ availability: { inStock: true, servings: 200 } })).toEqual({ state: 'plenty' });
    expect(stockOf({ availability: { inStock: true, servings: 3 } })).toEqual({ state: 'few', left: 3 });
    expect(stockOf({ availability: { inStock: false, servings: 0 } })).toEqual({ state: 'none' });
    expect(stockOf({ availability: null })).toEqual({ state: 'plenty' });
  });
});
