import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { type BareDatabase, openBareDatabase, type Row } from '../../../tests/support/bare-database.js';

/** The database refuses what the application must never write. */
describe('the menu database refuses', () => {
  let menu: BareDatabase;
  const franchise = { id: newId(), name: 'Kedai Uji', version: 1 };
  const outlet = {
    ...{ id: newId(), franchise_id: franchise.id, name: 'Kedai Uji Satu', version: 1 },
    ...{ city: 'Jakarta', address: 'Jl. Uji 1', phone: '+62211', time_zone: 'Asia/Jakarta' },
  };
  const item = {
    ...{ id: newId(), barcode: '8991', name: 'Teh', description: 'Teh', category: 'MILK_TEA', version: 1 },
    ...{ price: 18_000, is_limited: false, preparation_seconds: 60 },
  };
  const group = {
    ...{ id: newId(), menu_item_id: item.id, position: 0, name: 'Size', minimum: 1, maximum: 1 },
  };
  const option = {
    ...{ id: newId(), group_id: group.id, position: 0, name: 'Large', price_delta: 4_000, is_default: true },
  };
  const promotion = {
    ...{ id: newId(), name: 'Flash', percent: 20, amount_off: null, quantity: 100, version: 1 },
    ...{ starts_at: '2026-11-01T00:00:00Z', ends_at: '2026-11-02T00:00:00Z' },
    ...{ menu_item_ids: [], outlet_ids: [] },
  };

  beforeAll(async () => {
    menu = await openBareDatabase('menu');
    const there = {
      franchise,
      outlet,
      menu_item: item,
      option_group: group,
      menu_option: option,
      promotion,
    };
    for (const [table, row] of Object.entries(there)) await menu.insert(table, row);
  });
  afterAll(() => menu.close());

  /** Rows that could be there too. */
  const another: Record<string, Row> = {
    menu_item: { ...item, id: newId(), barcode: '8992' },
    option_group: { ...group, id: newId(), name: 'Ice' },
    menu_option: { ...option, id: newId(), name: 'Small' },
    recipe_line: { menu_item_id: item.id, ingredient_id: newId(), position: 0, quantity: 150 },
    option_recipe_line: { option_id: option.id, ingredient_id: newId(), position: 0, quantity: -20 },
    outlet_price: {
      ...{ menu_item_id: item.id, outlet_id: outlet.id, franchise_id: franchise.id },
      ...{ price: 20_000, is_offered: true, version: 1 },
    },
    promotion: { ...promotion, id: newId() },
    promotion_item: { promotion_id: promotion.id, menu_item_id: item.id },
    promotion_outlet: { promotion_id: promotion.id, outlet_id: outlet.id, franchise_id: franchise.id },
    outlet: { ...outlet, id: newId(), name: 'Kedai Uji Dua' },
    franchise: { ...franchise, id: newId(), name: 'Kedai Lain' },
  };

  const fractional = 'invalid input syntax for type integer: "1.5"';
  const fractionalMoney = 'invalid input syntax for type bigint: "1.5"';

  it.each<[what: string, table: string, bend: Row, refusal: string]>([
    ['an item for nothing', 'menu_item', { price: 0 }, 'menu_item_price'],
    ['an item for less than nothing', 'menu_item', { price: -1 }, 'menu_item_price'],
    ['an item for a part of a rupiah', 'menu_item', { price: 1.5 }, fractionalMoney],
    ['an item above every price', 'menu_item', { price: 1_000_000_001 }, 'menu_item_price'],
    ['an item of no category', 'menu_item', { category: 'SOUP' }, 'menu_item_category'],
    [
      'an item that is made in less than no time',
      'menu_item',
      { preparation_seconds: -1 },
      'menu_item_preparation',
    ],
    ['an item that takes for ever', 'menu_item', { preparation_seconds: 86_401 }, 'menu_item_preparation'],
    ['one barcode on two items', 'menu_item', { barcode: item.barcode }, 'menu_item_barcode_key'],
    ['a price before without its instant', 'menu_item', { previous_price: 17_000 }, 'menu_item_dated_price'],
    [
      'a price before of nothing',
      'menu_item',
      { previous_price: 0, price_effective_at: '2026-11-28T08:00:00Z' },
      'menu_item_previous_price',
    ],
    [
      'an option price before without its instant',
      'menu_option',
      { previous_price_delta: 1_000 },
      'menu_option_dated_price',
    ],
    [
      'an outlet price before without its instant',
      'outlet_price',
      { previous_price: 17_000 },
      'outlet_price_dated_price',
    ],
    [
      'one barcode on two items in two spellings',
      'menu_item',
      { barcode: `0000000000${item.barcode}` },
      'menu_item_barcode_key',
    ],
    ['half a season', 'menu_item', { season_name: 'Ramadan' }, 'menu_item_season'],
    [
      'a season that ends before it begins',
      'menu_item',
      { season_name: 'Ramadan', season_from: '2026-03-02', season_until: '2026-03-01' },
      'menu_item_season',
    ],
    ['a recipe with nothing of something', 'recipe_line', { quantity: 0 }, 'recipe_line_quantity'],
    ['a recipe that gives ingredients', 'recipe_line', { quantity: -1 }, 'recipe_line_quantity'],
    ['a recipe with a part of a unit', 'recipe_line', { quantity: 1.5 }, fractional],
    ['an option that changes nothing', 'option_recipe_line', { quantity: 0 }, 'option_recipe_line_quantity'],
    ['a choice of fewer than none', 'option_group', { minimum: -1 }, 'option_group_bounds'],
    ['a choice of at most none', 'option_group', { minimum: 0, maximum: 0 }, 'option_group_bounds'],
    ['a choice that cannot be made', 'option_group', { minimum: 2, maximum: 1 }, 'option_group_bounds'],
    ['one group twice', 'option_group', { name: group.name }, 'option_group_menu_item_id_name_key'],
    ['an option above every price', 'menu_option', { price_delta: 1_000_000_001 }, 'menu_option_price'],
    ['an option below every price', 'menu_option', { price_delta: -1_000_000_001 }, 'menu_option_price'],
    ['one option twice', 'menu_option', { name: option.name }, 'menu_option_group_id_name_key'],
    ['an outlet’s price of nothing', 'outlet_price', { price: 0 }, 'outlet_price_price'],
    ['an outlet’s price above every price', 'outlet_price', { price: 1_000_000_001 }, 'outlet_price_price'],
    [
      'a price at no outlet',
      'outlet_price',
      { outlet_id: newId() },
      'outlet_price_outlet_id_franchise_id_fkey',
    ],
    [
      'a price at an outlet of another franchise',
      'outlet_price',
      { franchise_id: newId() },
      'outlet_price_outlet_id_franchise_id_fkey',
    ],
    ['a promotion that saves nothing', 'promotion', { percent: null }, 'promotion_saving'],
    ['a promotion that saves twice', 'promotion', { amount_off: 1_000 }, 'promotion_saving'],
    ['a promotion of 0 per cent', 'promotion', { percent: 0 }, 'promotion_percent'],
    ['a promotion of 91 per cent', 'promotion', { percent: 91 }, 'promotion_percent'],
    ['a promotion of half a per cent', 'promotion', { percent: 1.5 }, fractional],
    ['a promotion of 0 rupiah', 'promotion', { percent: null, amount_off: 0 }, 'promotion_amount_off'],
    [
      'a promotion that raises a price',
      'promotion',
      { percent: null, amount_off: -1 },
      'promotion_amount_off',
    ],
    [
      'a promotion above every price',
      'promotion',
      { percent: null, amount_off: 1_000_000_001 },
      'promotion_amount_off',
    ],
    ['a promotion that never runs', 'promotion', { ends_at: promotion.starts_at }, 'promotion_window'],
    [
      'a promotion that ends before it begins',
      'promotion',
      { ends_at: '2026-10-31T00:00:00Z' },
      'promotion_window',
    ],
    ['a promotion for no piece', 'promotion', { quantity: 0 }, 'promotion_quantity'],
    ['a promotion for fewer than no piece', 'promotion', { quantity: -1 }, 'promotion_quantity'],
    ['a promotion for half a piece', 'promotion', { quantity: 1.5 }, fractional],
    ['a promotion for more than there ever are', 'promotion', { quantity: 1_000_001 }, 'promotion_quantity'],
    [
      'a promotion of an item that there is not',
      'promotion',
      { menu_item_ids: [newId()] },
      'promotion_item_menu_item_id_fkey',
    ],
    [
      'a promotion of no item',
      'promotion_item',
      { menu_item_id: newId() },
      'promotion_item_menu_item_id_fkey',
    ],
    [
      'a promotion at no outlet',
      'promotion_outlet',
      { outlet_id: newId() },
      'promotion_outlet_outlet_id_franchise_id_fkey',
    ],
    [
      'an outlet’s name twice in a franchise',
      'outlet',
      { name: outlet.name },
      'outlet_franchise_id_name_key',
    ],
    ['an outlet of no franchise', 'outlet', { franchise_id: newId() }, 'outlet_franchise_id_fkey'],
    ['a franchise’s name twice', 'franchise', { name: franchise.name }, 'franchise_name_key'],
  ])('%s', async (_what, table, bend, refusal) => {
    expect(await menu.refusalOfBent(table, another[table] ?? {}, bend)).toBe(refusal);
  });

  it('two prices of one item at one outlet', async () => {
    const price = another.outlet_price ?? {};
    expect(await menu.refusalOf(() => menu.insert('outlet_price', price))).toBeUndefined();
    const twice = menu.refusalOf(async () => {
      await menu.insert('outlet_price', price);
      await menu.insert('outlet_price', { ...price, price: 21_000 });
    });
    expect(await twice).toBe('outlet_price_pkey');
  });
});
