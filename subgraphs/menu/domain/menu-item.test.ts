import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { faultsOf, type GroupDraft, type ItemDraft, type OptionDraft } from './menu-item.js';

const option = (name: string, changes: Partial<OptionDraft> = {}): OptionDraft => ({
  name,
  priceDelta: 0,
  isDefault: false,
  recipe: [],
  ...changes,
});
const group = (options: readonly OptionDraft[], changes: Partial<GroupDraft> = {}): GroupDraft => ({
  name: 'Size',
  minimum: 1,
  maximum: 1,
  options,
  ...changes,
});
const item = (changes: Partial<ItemDraft> = {}): ItemDraft => ({
  price: 20_000,
  recipe: [{ ingredientId: 'milk', quantity: 100 }],
  optionGroups: [],
  ...changes,
});
const fieldsOf = (draft: ItemDraft) => faultsOf(draft).map(({ field }) => field?.join('.'));

test('everything in the demo catalogue can be sold', () => {
  for (const { price, recipe, optionGroups } of CATALOGUE.menuItems) {
    expect(faultsOf({ price, recipe, optionGroups })).toEqual([]);
  }
});

describe('a price', () => {
  test.each([0, -1, 1_000_000_001])('is not %i', (price) => {
    expect(fieldsOf(item({ price }))).toEqual(['price']);
  });

  test('is above nothing with the cheapest options of every group', () => {
    const cheaper = (name: string) =>
      group([option('Normal', { isDefault: true }), option('Less', { priceDelta: -6 })], { name });
    expect(fieldsOf(item({ price: 12, optionGroups: [cheaper('A'), cheaper('B')] }))).toEqual(['price']);
    expect(fieldsOf(item({ price: 13, optionGroups: [cheaper('A'), cheaper('B')] }))).toEqual([]);
  });

  test('counts as many cheap options as a group lets one take', () => {
    const options = [
      option('Normal', { isDefault: true }),
      option('A', { priceDelta: -5 }),
      option('B', { priceDelta: -4 }),
    ];
    expect(fieldsOf(item({ price: 9, optionGroups: [group(options, { maximum: 2 })] }))).toEqual(['price']);
    expect(fieldsOf(item({ price: 9, optionGroups: [group(options, { maximum: 1 })] }))).toEqual([]);
  });
});

describe('a recipe', () => {
  test('has an ingredient', () => {
    expect(fieldsOf(item({ recipe: [] }))).toEqual(['recipe']);
  });

  test.each([0, -5, 1_000_001])('has no line of %i', (quantity) => {
    expect(fieldsOf(item({ recipe: [{ ingredientId: 'milk', quantity }] }))).toEqual(['recipe.0.quantity']);
  });

  test('names an ingredient once', () => {
    const line = { ingredientId: 'milk', quantity: 1 };
    expect(fieldsOf(item({ recipe: [line, line] }))).toEqual(['recipe.1.ingredientId']);
  });
});

describe('an option group', () => {
  const options = [option('Regular', { isDefault: true }), option('Large')];

  test('has a default', () => {
    expect(fieldsOf(item({ optionGroups: [group([option('Regular'), option('Large')])] }))).toEqual([
      'optionGroups.0.options',
    ]);
    expect(
      fieldsOf(item({ optionGroups: [group([option('None'), option('Boba')], { minimum: 0 })] })),
    ).toEqual(['optionGroups.0.options']);
  });

  test('has no more defaults than one may take, and no fewer than one must', () => {
    const two = [option('A', { isDefault: true }), option('B', { isDefault: true })];
    expect(fieldsOf(item({ optionGroups: [group(two)] }))).toEqual(['optionGroups.0.options']);
    expect(fieldsOf(item({ optionGroups: [group(two, { maximum: 2 })] }))).toEqual([]);
    expect(fieldsOf(item({ optionGroups: [group(options, { minimum: 2, maximum: 2 })] }))).toEqual([
      'optionGroups.0.options',
    ]);
  });

  test.each([{ minimum: -1 }, { maximum: 0, minimum: 0 }, { minimum: 2, maximum: 1 }, { maximum: 3 }])(
    'does not have the bounds %o',
    (bounds) => {
      expect(fieldsOf(item({ optionGroups: [group(options, bounds)] }))).toContain('optionGroups.0.maximum');
    },
  );

  test('has a name of its own in the item, and its options theirs in it, whatever their case', () => {
    const twice = [group(options), group(options, { name: 'SIZE' })];
    expect(fieldsOf(item({ optionGroups: twice }))).toEqual(['optionGroups.1.name']);
    const same = [option('Large', { isDefault: true }), option('large')];
    expect(fieldsOf(item({ optionGroups: [group(same)] }))).toEqual(['optionGroups.0.options.1.name']);
  });
});

describe('options that take from the recipe', () => {
  const less = (quantity: number, name = 'Milk') =>
    group(
      [
        option('Normal', { isDefault: true }),
        option('Less', { recipe: [{ ingredientId: 'milk', quantity }] }),
      ],
      { name },
    );

  test('may take all of an ingredient, and no more', () => {
    expect(fieldsOf(item({ optionGroups: [less(-100)] }))).toEqual([]);
    expect(fieldsOf(item({ optionGroups: [less(-101)] }))).toEqual(['optionGroups']);
  });

  test('are judged together', () => {
    expect(fieldsOf(item({ optionGroups: [less(-50), less(-51, 'Foam')] }))).toEqual(['optionGroups']);
  });

  test('take nothing of what is not there, and never 0', () => {
    const wrong = group([
      option('Odd', { isDefault: true, recipe: [{ ingredientId: 'tea', quantity: -1 }] }),
    ]);
    expect(fieldsOf(item({ optionGroups: [wrong] }))).toEqual(['optionGroups']);
    expect(fieldsOf(item({ optionGroups: [less(0)] }))).toEqual([
      'optionGroups.0.options.1.recipe.0.quantity',
    ]);
  });
});
