import { describe, expect, it } from 'vitest';
import { type Item, savingOn } from '../menu/menu.js';
import { type BasketLine, checked, withAdded, withPresentPrices, withQuantity } from './basket.js';

const option = (id: string, amount = 0, inStock = true) => ({
  id,
  name: id,
  isDefault: id === 'regular',
  isExclusive: false,
  priceDelta: { amount },
  availability: { inStock },
});

function item(change: Partial<Item> = {}): Item {
  return {
    id: 'taro',
    barcode: '1',
    name: 'Taro Milk Tea',
    nameEn: null,
    description: '',
    category: 'MILK_TEA',
    categories: [],
    imageUrl: null,
    allergens: [],
    isLimited: false,
    preparationSeconds: 120,
    season: null,
    price: { amount: 22_000 },
    availability: { inStock: true, servings: 50 },
    promotions: [],
    optionGroups: [
      {
        id: 'size',
        name: 'Size',
        minimum: 1,
        maximum: 1,
        options: [option('regular'), option('large', 5_000)],
      },
    ],
    ...change,
  };
}

const line = (change: Partial<BasketLine> = {}): BasketLine => ({
  id: '1',
  menuItemId: 'taro',
  name: 'Taro Milk Tea',
  optionIds: ['regular'],
  quantity: 1,
  note: '',
  seenPrice: 22_000,
  ...change,
});

const menuOf = (...items: Item[]) => new Map(items.map((one) => [one.id, one]));

describe('a basket', () => {
  it('adds to the line of the same item, options and note, and begins another for any difference', () => {
    const twice = withAdded([line()], line({ id: '2' }));
    expect(twice).toMatchObject([{ id: '1', quantity: 2 }]);
    expect(withAdded(twice, line({ id: '3', optionIds: ['large'] }))).toHaveLength(2);
    expect(withAdded(twice, line({ id: '3', note: 'warm' }))).toHaveLength(2);
  });

  it('removes a line whose quantity comes to 0', () => {
    expect(withQuantity([line()], '1', 0)).toEqual([]);
  });

  it('totals its lines with their options', () => {
    const { total, pieces, isBlocked } = checked(
      [line({ quantity: 2 }), line({ id: '2', optionIds: ['large'], seenPrice: 27_000 })],
      menuOf(item()),
    );
    expect({ total, pieces, isBlocked }).toEqual({ total: 71_000, pieces: 3, isBlocked: false });
  });

  it.each([
    ['an item that is no longer on the menu', [], { kind: 'gone' }],
    ['a sold-out item', [item({ availability: { inStock: false, servings: 0 } })], { kind: 'soldOut' }],
    ['options that the item lacks', [item({ optionGroups: [] })], { kind: 'options' }],
    [
      'a sold-out option',
      [
        item({
          optionGroups: [
            { id: 's', name: 'S', minimum: 1, maximum: 1, options: [option('regular', 0, false)] },
          ],
        }),
      ],
      { kind: 'optionSoldOut', option: 'regular' },
    ],
  ])('is blocked by %s', (_, items, problem) => {
    const basket = checked([line()], menuOf(...items));
    expect(basket.lines[0]?.problem).toEqual(problem);
    expect(basket.isBlocked).toBe(true);
  });

  it('counts what all lines of an item take of what is left', () => {
    const few = menuOf(item({ availability: { inStock: true, servings: 3 } }));
    const { lines } = checked([line({ quantity: 2 }), line({ id: '2', quantity: 2, note: 'warm' })], few);
    expect(lines.map(({ problem }) => problem)).toEqual([undefined, { kind: 'tooMany', left: 1 }]);
  });

  it('marks a changed price until it was seen, and is not blocked by it', () => {
    const menu = menuOf(item({ price: { amount: 24_000 } }));
    const basket = checked([line()], menu);
    expect(basket.lines[0]?.problem).toEqual({ kind: 'price', from: 22_000, to: 24_000 });
    expect(basket.isBlocked).toBe(false);
    expect(checked(withPresentPrices(basket), menu).lines[0]?.problem).toBeUndefined();
  });
});

describe('a promotion', () => {
  const promotions = [
    { name: 'A', percent: 15, amountOff: null },
    { name: 'B', percent: null, amountOff: { amount: 4_000 } },
  ];

  it('takes off what saves most, percentages rounded down', () => {
    expect(savingOn({ promotions }, 22_001)).toBe(4_000);
    expect(savingOn({ promotions }, 33_333)).toBe(4_999);
  });

  it('leaves at least a rupiah to pay', () => {
    expect(savingOn({ promotions }, 3_000)).toBe(2_999);
  });
});
