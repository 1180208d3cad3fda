import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { addDays, todayIn } from '../../../platform/kit/calendar.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import {
  BARISTA,
  BLOK_M,
  CUSTOMER,
  HQ,
  itemNamed,
  JAKARTA_RAYA,
  MANAGER,
  MENTENG,
  OWNER,
  publishedBy,
  SANUR,
  startTestMenu,
} from '../testing/harness.js';

let menu: TestSubgraph;

beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());
beforeEach(() => menu.pool.query('DELETE FROM outbox'));

const milk = itemNamed('Teh Susu Klasik').recipe[0]?.ingredientId ?? '';
let ordinal = 0;
const drink = (changes: Record<string, unknown> = {}) => {
  ordinal += 1;
  return {
    barcode: `KEDAI-TEST-${ordinal}`,
    name: 'Teh Uji',
    category: 'MILK_TEA',
    price: 20_000,
    recipe: [{ ingredientId: milk, quantity: 100 }],
    optionGroups: [
      {
        name: 'Gula',
        options: [
          { name: 'Normal', priceDelta: 0, isDefault: true },
          {
            name: 'Banyak',
            priceDelta: 1_000,
            isDefault: false,
            recipe: [{ ingredientId: milk, quantity: 5 }],
          },
        ],
      },
    ],
    ...changes,
  };
};

const FIELDS =
  'menuItem { id name barcode price { amount } isArchived season { name from until } optionGroups { id name options { id name } } } userErrors { code field message }';
const create = (identity: Identity, input: Record<string, unknown>) =>
  menu.run(
    identity,
    `mutation ($input: CreateMenuItemInput!) { createMenuItem(input: $input) { ${FIELDS} } }`,
    { input },
  );
const update = (identity: Identity, input: Record<string, unknown>) =>
  menu.run(
    identity,
    `mutation ($input: UpdateMenuItemInput!) { updateMenuItem(input: $input) { ${FIELDS} } }`,
    { input },
  );
const archive = (identity: Identity, menuItemId: string) =>
  menu.run(
    identity,
    `mutation ($menuItemId: ID!) { archiveMenuItem(menuItemId: $menuItemId) { ${FIELDS} } }`,
    {
      menuItemId,
    },
  );
const setPrice = (identity: Identity, input: Record<string, unknown>) =>
  menu.run(
    identity,
    `mutation ($input: SetOutletPriceInput!) { setOutletPrice(input: $input) { ${FIELDS} } }`,
    { input },
  );

const createdId = async (changes: Record<string, unknown> = {}) =>
  textAt(await create(HQ, drink(changes)), 'createMenuItem', 'menuItem', 'id');

const published = () => publishedBy(menu);

test('the names in English are published by the ids of what has one', async () => {
  const id = await createdId({
    nameEn: 'Test Tea',
    optionGroups: [
      { name: 'Gula', nameEn: 'Sugar', options: [{ name: 'Normal', priceDelta: 0, isDefault: true }] },
    ],
  });
  const groups = await menu.pool.query<{ id: string }>(
    'SELECT id FROM option_group WHERE menu_item_id = $1',
    [id],
  );
  const englishNames = { [id]: 'Test Tea', [groups.rows[0]?.id ?? '']: 'Sugar' };
  expect(await published()).toMatchObject([{ data: { menuItemId: id, englishNames } }]);
  // As a release that begins to publish them carries them forward, in the words of its migration.
  const migration = 'prisma/menu/migrations/20261130162000_english_names_carried_forward/migration.sql';
  await menu.pool.query('DELETE FROM outbox');
  await menu.pool.query(await readFile(join(PROJECT_FOLDER, migration), 'utf8'));
  expect(await published()).toContainEqual({
    ...{ type: 'menu-item.names-carried-forward', aggregateId: id, aggregateVersion: 1 },
    data: { menuItemId: id, englishNames },
  });
});

describe('creating an item', () => {
  test('puts it on the menu and publishes its whole state', async () => {
    const season = { name: 'Uji', from: '2026-03-01T17:00:00.000Z', until: '2026-03-31T01:00:00.000Z' };
    const input = drink({ season });
    const result = await create(HQ, input);
    const whole = { ...season, from: '2026-03-01T00:00:00.000Z', until: '2026-03-31T00:00:00.000Z' };
    expect(result.data).toMatchObject({
      createMenuItem: {
        menuItem: { name: 'Teh Uji', barcode: input.barcode, price: { amount: 20_000 } },
        userErrors: [],
      },
    });
    const id = textAt(result, 'createMenuItem', 'menuItem', 'id');
    expect(await published()).toEqual([
      {
        type: 'menu-item.changed',
        aggregateId: id,
        aggregateVersion: 1,
        data: {
          menuItemId: id,
          name: 'Teh Uji',
          category: 'MILK_TEA',
          price: 20_000,
          isLimited: false,
          isArchived: false,
          preparationSeconds: 120,
          season: whole,
          recipe: [{ ingredientId: milk, quantity: 100 }],
          optionGroups: [
            {
              id: expect.any(String),
              name: 'Gula',
              minimum: 1,
              maximum: 1,
              options: [
                { id: expect.any(String), name: 'Normal', priceDelta: 0, isDefault: true, recipe: [] },
                {
                  id: expect.any(String),
                  name: 'Banyak',
                  priceDelta: 1_000,
                  isDefault: false,
                  recipe: [{ ingredientId: milk, quantity: 5 }],
                },
              ],
            },
          ],
        },
      },
    ]);
  });

  test.each([
    ['a price of nothing', { price: 0 }, 'price'],
    ['a negative price', { price: -20_000 }, 'price'],
    ['a price beyond all bounds', { price: 9_007_199_254_740_991 }, 'price'],
    ['a blank name', { name: '  ' }, 'name'],
    ['half a character in its name', { name: 'Teh \ud83e' }, 'name'],
    ['a barcode with a wrong check digit', { barcode: '8991234000001' }, 'barcode'],
    ['no recipe', { recipe: [] }, 'recipe'],
    ['a negative quantity', { recipe: [{ ingredientId: milk, quantity: -1 }] }, 'recipe.0.quantity'],
    [
      'an ingredient that is no id',
      { recipe: [{ ingredientId: 'milk', quantity: 1 }] },
      'recipe.0.ingredientId',
    ],
    [
      'a group without options',
      { optionGroups: [{ name: 'Kosong', options: [] }] },
      'optionGroups.0.maximum',
    ],
    ['endless preparation', { preparationSeconds: 86_401 }, 'preparationSeconds'],
    [
      'a season that ends before it begins',
      { season: { name: 'Uji', from: '2026-03-02T00:00:00Z', until: '2026-03-01T00:00:00Z' } },
      'season.until',
    ],
    [
      'a season before the year 2000',
      { season: { name: 'Uji', from: '0000-01-01T00:00:00Z', until: '2026-03-01T00:00:00Z' } },
      'season.from',
    ],
  ])('with %s is refused, and nothing is written', async (_what, changes, field) => {
    const before = await menu.pool.query('SELECT count(*) FROM menu_item');
    const result = await create(HQ, drink(changes));
    expect(result.data).toMatchObject({ createMenuItem: { menuItem: null } });
    expect(textAt(result, 'createMenuItem', 'userErrors', 0, 'code')).toBe('INVALID_INPUT');
    expect(JSON.stringify(result.data)).toContain(JSON.stringify(field.split('.')));
    expect((await menu.pool.query('SELECT count(*) FROM menu_item')).rows).toEqual(before.rows);
    expect(await published()).toEqual([]);
  });

  test.each([{ price: 0.5 }, { price: 2 ** 53 }, { currency: 'USD' }, { preparationSeconds: 0.5 }])(
    'does not accept %o',
    async (changes) => {
      expect(codesOf(await create(HQ, drink(changes)))).toEqual(['BAD_USER_INPUT']);
      expect(await published()).toEqual([]);
    },
  );

  test('with the barcode of another item in another spelling is refused', async () => {
    await createdId({ barcode: '036000291452' });
    for (const barcode of ['0036000291452\r\n', '00036000291452', ' 0-36000-29145-2 ']) {
      const result = await create(HQ, drink({ barcode }));
      expect(textAt(result, 'createMenuItem', 'userErrors', 0, 'code')).toBe('ALREADY_EXISTS');
    }
  });

  test('twice with one barcode is refused, also at once', async () => {
    const input = drink();
    const results = await Promise.all([create(HQ, input), create(HQ, input), create(HQ, input)]);
    const codes = results.map((result) => JSON.stringify(result.data).includes('ALREADY_EXISTS'));
    expect(codes.filter(Boolean)).toHaveLength(2);
    expect(await published()).toHaveLength(1);
  });

  test('is for head office alone; others are refused before their input is validated', async () => {
    for (const identity of [CUSTOMER, BARISTA, MANAGER, OWNER]) {
      expect(codesOf(await create(identity, drink({ price: 0 })))).toEqual(['FORBIDDEN']);
    }
    expect(codesOf(await create(ANONYMOUS, drink()))).toEqual(['UNAUTHENTICATED']);
    expect(await published()).toEqual([]);
  });
});

describe('a season', () => {
  const shownSeason = async (season: Record<string, unknown>) =>
    (await create(HQ, drink({ season: { name: 'Uji', ...season } }))).data;
  const days = (from: string, until: string) => ({
    createMenuItem: {
      menuItem: { season: { from: `${from}T00:00:00.000Z`, until: `${until}T00:00:00.000Z` } },
    },
  });

  test.each([
    ['2026-03-01T00:00:00+07:00', '2026-03-31T00:00:00+07:00'],
    ['2026-03-01T00:00:00+07:00', '2026-03-31T23:59:59.999+07:00'],
    ['2026-03-01T00:00:00-08:00', '2026-03-31T23:59:59-08:00'],
    ['2026-03-01T00:00:00Z', '2026-03-31T23:59:59Z'],
  ])('from %s until %s is of the days that are written', async (from, until) => {
    expect(await shownSeason({ from, until })).toMatchObject(days('2026-03-01', '2026-03-31'));
  });

  test.each(['Asia/Jakarta', 'America/Los_Angeles', 'Pacific/Kiritimati'])(
    'that ends today in %s has its item on the menu there, and one that ended yesterday has not',
    async (timeZone) => {
      const at = await menu.run(
        HQ,
        `mutation ($input: CreateOutletInput!) { createOutlet(input: $input) { outlet { id } userErrors { message } } }`,
        {
          input: {
            ...{ franchiseId: JAKARTA_RAYA, name: `Kedai ${timeZone}`, city: 'Jauh', timeZone },
            ...{ address: 'Jl. Jauh 1', phone: '+12135550100' },
          },
        },
      );
      const outletId = textAt(at, 'createOutlet', 'outlet', 'id');
      await menu.run(HQ, 'mutation ($id: ID!) { openOutlet(outletId: $id) { userErrors { code } } }', {
        id: outletId,
      });
      const today = todayIn(timeZone);
      const until = async (day: string) =>
        createdId({
          season: { name: 'Uji', from: '2026-01-01T00:00:00+07:00', until: `${day}T00:00:00+07:00` },
        });
      const [current, past] = [await until(today), await until(addDays(today, -1))];
      const { data } = await menu.run(
        ANONYMOUS,
        'query ($outletId: ID!) { menu(outletId: $outletId, first: 100, search: "uji") { nodes { id } } }',
        { outletId },
      );
      expect(JSON.stringify(data)).toContain(current);
      expect(JSON.stringify(data)).not.toContain(past);
    },
  );
});

describe('a new price', () => {
  const optionGroups = (large: number) => [
    {
      name: 'Gelas',
      options: [
        { name: 'Biasa', priceDelta: 0, isDefault: true },
        { name: 'Besar', priceDelta: large, isDefault: false },
      ],
    },
  ];
  const pricesOf = async (id: string) =>
    (
      await menu.run(
        ANONYMOUS,
        'query ($id: ID!) { menuItem(id: $id) { price { amount } optionGroups { options { priceDelta { amount } } } } }',
        { id },
      )
    ).data;
  const shown = (price: number, large: number) => ({
    menuItem: {
      price: { amount: price },
      optionGroups: [{ options: [{ priceDelta: { amount: 0 } }, { priceDelta: { amount: large } }] }],
    },
  });
  const setEffectiveAt = async (id: string, when: string) => {
    for (const statement of [
      `UPDATE menu_item SET price_effective_at = now() ${when} WHERE id = $1 AND price_effective_at IS NOT NULL`,
      `UPDATE menu_option SET price_effective_at = now() ${when} FROM option_group
       WHERE option_group.id = group_id AND menu_item_id = $1 AND price_effective_at IS NOT NULL`,
    ])
      await menu.pool.query(statement, [id]);
  };

  test('is published with the one before it and its instant, and is in effect when the change is answered', async () => {
    const id = await createdId({ optionGroups: optionGroups(5_000) });
    await menu.pool.query('DELETE FROM outbox');
    await update(HQ, { menuItemId: id, price: 25_000, optionGroups: optionGroups(6_000) });
    const answeredAt = Date.now();
    const [event] = await published();
    expect(event?.data).toMatchObject({
      price: 25_000,
      previousPrice: 20_000,
      optionGroups: [{ options: [{ priceDelta: 0 }, { priceDelta: 6_000, previousPriceDelta: 5_000 }] }],
    });
    expect(Date.parse(String(Object(event?.data).effectiveAt))).toBeLessThanOrEqual(answeredAt);
    expect(await pricesOf(id)).toEqual(shown(25_000, 6_000));
  });

  test('of an item and its options is shown from its instant on, the one before it until then', async () => {
    const id = await createdId({ optionGroups: optionGroups(5_000) });
    await update(HQ, { menuItemId: id, price: 25_000, optionGroups: optionGroups(6_000) });
    await setEffectiveAt(id, "+ interval '1 hour'");
    expect(await pricesOf(id)).toEqual(shown(20_000, 5_000));
    await setEffectiveAt(id, '');
    expect(await pricesOf(id)).toEqual(shown(25_000, 6_000));
  });

  test('that is pending keeps its instant when something else of the item changes', async () => {
    const id = await createdId();
    await update(HQ, { menuItemId: id, price: 25_000 });
    await setEffectiveAt(id, "+ interval '1 hour'");
    await menu.pool.query('DELETE FROM outbox');
    await archive(HQ, id);
    expect((await published())[0]?.data).toMatchObject({
      ...{ isArchived: true, price: 25_000, previousPrice: 20_000, effectiveAt: expect.any(String) },
    });
  });

  test('of a change that changes no price is not dated', async () => {
    const id = await createdId();
    await menu.pool.query('DELETE FROM outbox');
    await update(HQ, { menuItemId: id, price: 20_000, name: 'Teh Lain' });
    const [event] = await published();
    expect(Object.keys(Object(event?.data))).not.toContain('effectiveAt');
  });

  test('waits for the one before it: each holds for a while', async () => {
    const id = await createdId();
    await menu.pool.query('DELETE FROM outbox');
    const prices = [21_000, 22_000, 23_000];
    await Promise.all(prices.map((price) => update(HQ, { menuItemId: id, price })));
    const events = (await published())
      .toSorted((one, other) => one.aggregateVersion - other.aggregateVersion)
      .map(({ data }) => Object(data));
    expect(events.map(({ previousPrice }) => previousPrice)).toEqual([
      20_000,
      ...events.slice(0, -1).map(({ price }) => price),
    ]);
    const instants = events.map(({ effectiveAt }) => effectiveAt);
    expect(instants).toEqual(instants.toSorted());
    expect(new Set(instants).size).toBe(3);
  });
});

describe('updating an item', () => {
  test('replaces what is given, leaves the rest, and raises the version', async () => {
    const id = await createdId();
    await menu.pool.query('DELETE FROM outbox');
    const result = await update(HQ, { menuItemId: id, price: 25_000 });
    expect(result.data).toMatchObject({
      updateMenuItem: {
        menuItem: { name: 'Teh Uji', price: { amount: 25_000 }, optionGroups: [{ name: 'Gula' }] },
      },
    });
    expect(await published()).toMatchObject([
      { aggregateVersion: 2, data: { name: 'Teh Uji', price: 25_000 } },
    ]);
  });

  test('a season is cleared by null and stays when it is left out', async () => {
    const season = { name: 'Uji', from: '2026-03-01T00:00:00.000Z', until: '2026-03-31T00:00:00.000Z' };
    const id = await createdId({ season });
    expect((await update(HQ, { menuItemId: id, name: 'Lain' })).data).toMatchObject({
      updateMenuItem: { menuItem: { name: 'Lain', season } },
    });
    expect((await update(HQ, { menuItemId: id, season: null })).data).toMatchObject({
      updateMenuItem: { menuItem: { name: 'Lain', season: null } },
    });
  });

  test('options that keep their names keep their ids', async () => {
    const created = await create(HQ, drink());
    const id = textAt(created, 'createMenuItem', 'menuItem', 'id');
    const path = ['menuItem', 'optionGroups', 0, 'options', 0, 'id'];
    const options = [
      { name: 'Normal', priceDelta: 500, isDefault: true },
      { name: 'Sedikit', priceDelta: 0, isDefault: false },
    ];
    const result = await update(HQ, { menuItemId: id, optionGroups: [{ name: 'Gula', options }] });
    expect(textAt(result, 'updateMenuItem', ...path)).toBe(textAt(created, 'createMenuItem', ...path));
  });

  test('is judged by the item that results: a price that its options would take below nothing is refused', async () => {
    const id = await createdId({
      optionGroups: [
        {
          name: 'Gelas',
          options: [
            { name: 'Biasa', priceDelta: 0, isDefault: true },
            { name: 'Bawa Sendiri', priceDelta: -2_000, isDefault: false },
          ],
        },
      ],
    });
    const result = await update(HQ, { menuItemId: id, price: 2_000 });
    expect(textAt(result, 'updateMenuItem', 'userErrors', 0, 'field', 0)).toBe('price');
  });

  test('an item that does not exist is not found', async () => {
    for (const menuItemId of [newId(), 'nonsense']) {
      expect(codesOf(await update(HQ, { menuItemId, price: 1 }))).toEqual(['NOT_FOUND']);
      expect(codesOf(await archive(HQ, menuItemId))).toEqual(['NOT_FOUND']);
    }
  });

  test('many at once leave a version for each', async () => {
    const id = await createdId();
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => update(HQ, { menuItemId: id, name: `Teh ${index}` })),
    );
    const versions = (await published())
      .map(({ aggregateVersion }) => aggregateVersion)
      .toSorted((a, b) => a - b);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

describe('options', () => {
  const option = (name: string, changes: object = {}) => ({
    name,
    priceDelta: 0,
    isDefault: false,
    ...changes,
  });
  const sweetness = (...options: object[]) => [
    { name: 'Manis', minimum: 1, maximum: 2, options: [option('Biasa', { isDefault: true }), ...options] },
  ];
  const optionsOf = (result: unknown, mutation: string): { id: string; name: string }[] =>
    Object(result).data[mutation].menuItem.optionGroups[0].options;

  test('keep their ids when they are renamed by them', async () => {
    const made = await create(HQ, drink({ optionGroups: sweetness(option('Lebih'), option('Kurang')) }));
    const [usual, more, less] = optionsOf(made, 'createMenuItem');
    const changed = await update(HQ, {
      menuItemId: textAt(made, 'createMenuItem', 'menuItem', 'id'),
      optionGroups: sweetness(option('Lebih', { id: less?.id }), option('Ekstra', { id: more?.id })),
    });
    expect(optionsOf(changed, 'updateMenuItem')).toEqual([
      usual,
      { id: less?.id, name: 'Lebih' },
      { id: more?.id, name: 'Ekstra' },
    ]);
  });

  test('are those of the item, each once', async () => {
    const menuItemId = await createdId({ optionGroups: sweetness(option('Lebih')) });
    const [foreign] = itemNamed('Teh Susu Taro').optionGroups[0]?.options ?? [];
    const result = await update(HQ, {
      menuItemId,
      optionGroups: sweetness(option('Lain', { id: foreign?.id })),
    });
    const field = ['optionGroups', '0', 'options', '1', 'id'];
    expect(result.data).toMatchObject({ updateMenuItem: { userErrors: [{ code: 'INVALID_INPUT', field }] } });
  });

  test('may go with no other of their group', async () => {
    await create(HQ, drink({ optionGroups: sweetness(option('Tanpa', { isExclusive: true })) }));
    expect(await published()).toMatchObject([
      { data: { optionGroups: [{ options: [{ name: 'Biasa' }, { name: 'Tanpa', isExclusive: true }] }] } },
    ]);
  });
});

test('an item has a picture by https and allergens, which are replaced or cleared', async () => {
  const FIELDS = 'menuItem { id imageUrl allergens } userErrors { code field }';
  const run = (mutation: string, type: string, input: object) =>
    menu.run(HQ, `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${FIELDS} } }`, { input });
  const made = await run('createMenuItem', 'CreateMenuItemInput', {
    ...drink(),
    ...{ imageUrl: ' https://kedai.test/teh.jpg ', allergens: ['SOYBEANS', 'MILK', 'MILK'] },
  });
  const id = textAt(made, 'createMenuItem', 'menuItem', 'id');
  const item = { id, imageUrl: 'https://kedai.test/teh.jpg', allergens: ['MILK', 'SOYBEANS'] };
  expect(made.data).toMatchObject({ createMenuItem: { menuItem: item } });
  const change = (input: object) =>
    run('updateMenuItem', 'UpdateMenuItemInput', { menuItemId: id, ...input });
  expect((await change({ name: 'Teh Lain' })).data).toMatchObject({ updateMenuItem: { menuItem: item } });
  expect((await change({ imageUrl: null, allergens: [] })).data).toMatchObject({
    updateMenuItem: { menuItem: { imageUrl: null, allergens: [] } },
  });
  for (const imageUrl of [
    'http://kedai.test/teh.jpg',
    'https:',
    'teh.jpg',
    `https://kedai.test/${'x'.repeat(2_048)}`,
  ])
    expect((await change({ imageUrl })).data).toMatchObject({
      updateMenuItem: { userErrors: [{ code: 'INVALID_INPUT', field: ['imageUrl'] }] },
    });
});

test('archiving takes an item off the menu, once', async () => {
  const id = await createdId();
  await menu.pool.query('DELETE FROM outbox');
  for (const _time of [1, 2]) {
    expect((await archive(HQ, id)).data).toMatchObject({
      archiveMenuItem: { menuItem: { isArchived: true } },
    });
  }
  expect(await published()).toMatchObject([{ aggregateVersion: 2, data: { isArchived: true } }]);
  for (const identity of [CUSTOMER, MANAGER, OWNER])
    expect(codesOf(await archive(identity, id))).toEqual(['FORBIDDEN']);
});

test('restoring puts an archived item back on the menu, with its options and at its price', async () => {
  const id = await createdId();
  const restore = (identity: Identity, menuItemId: string) =>
    menu.run(
      identity,
      `mutation ($menuItemId: ID!) { restoreMenuItem(menuItemId: $menuItemId) { ${FIELDS} } }`,
      { menuItemId },
    );
  const archived = async (identity: Identity) => {
    const list = await menu.run(identity, '{ archivedMenuItems(first: 100) { nodes { id } totalCount } }');
    return list.errors === undefined ? JSON.stringify(list.data) : codesOf(list);
  };
  const before = Object(Reflect.get(Object((await archive(HQ, id)).data), 'archiveMenuItem')).menuItem;
  expect(await archived(HQ)).toContain(id);
  for (const identity of [CUSTOMER, MANAGER, OWNER]) {
    expect(codesOf(await restore(identity, id))).toEqual(['FORBIDDEN']);
    expect(await archived(identity)).toEqual(['FORBIDDEN']);
  }
  await menu.pool.query('DELETE FROM outbox');
  for (const _time of [1, 2]) {
    expect((await restore(HQ, id)).data).toEqual({
      restoreMenuItem: { menuItem: { ...before, isArchived: false }, userErrors: [] },
    });
  }
  expect(await published()).toMatchObject([{ aggregateVersion: 3, data: { isArchived: false } }]);
  expect(await archived(HQ)).not.toContain(id);
  for (const unknown of [newId(), 'nonsense'])
    expect(codesOf(await restore(HQ, unknown))).toEqual(['NOT_FOUND']);
});

describe("an outlet's price", () => {
  const americano = itemNamed('Americano');
  const priceAt = async (outletId: string | undefined) => {
    const result = await menu.run(
      ANONYMOUS,
      'query ($outletId: ID!) { menu(outletId: $outletId, search: "Americano") { nodes { price { amount } } } }',
      { outletId },
    );
    return JSON.stringify(result.data);
  };

  test('is set by its manager, seen there alone, and cleared again', async () => {
    const result = await setPrice(MANAGER, { menuItemId: americano.id, outletId: MENTENG, price: 21_500 });
    expect(result.data).toMatchObject({
      setOutletPrice: { menuItem: { price: { amount: 21_500 } }, userErrors: [] },
    });
    expect(await priceAt(MENTENG)).toContain('21500');
    expect(await priceAt(BLOK_M)).toContain(String(americano.price));
    await setPrice(MANAGER, { menuItemId: americano.id, outletId: MENTENG, price: null });
    expect(await priceAt(MENTENG)).toContain(String(americano.price));
    expect(await published()).toMatchObject([
      {
        type: 'outlet-price.changed',
        aggregateId: `${americano.id}:${MENTENG}`,
        aggregateVersion: 1,
        data: { menuItemId: americano.id, outletId: MENTENG, price: 21_500, isOffered: true },
      },
      { aggregateVersion: 2, data: { price: null, isOffered: true } },
    ]);
  });

  test('and what it offers change independently: what is left out stays', async () => {
    const { id: menuItemId } = itemNamed('Espresso');
    const change = (input: object) => setPrice(MANAGER, { menuItemId, outletId: MENTENG, ...input });
    await change({ price: 16_000 });
    await change({ isOffered: false });
    await change({ price: 17_000 });
    await change({ isOffered: true });
    expect((await published()).map(({ data }) => data)).toMatchObject([
      { price: 16_000, isOffered: true },
      { price: 16_000, isOffered: false },
      { price: 17_000, isOffered: false },
      { price: 17_000, isOffered: true },
    ]);
    await change({ price: null });
  });

  test('can be asked for of what the outlet has withdrawn, by its staff', async () => {
    const withdrawn = itemNamed('Cappuccino');
    const items = (identity: Identity, args: string, outletId: string | undefined = MENTENG) =>
      menu.run(
        identity,
        `query ($outletId: ID!) { menuItems(outletId: $outletId, first: 100${args}) { nodes { name price { amount } } totalCount } }`,
        { outletId },
      );
    const namesOf = async (args: string) =>
      Object(await items(BARISTA, args)).data.menuItems.nodes.map(({ name }: { name: string }) => name);
    await setPrice(MANAGER, { menuItemId: withdrawn.id, outletId: MENTENG, isOffered: false, price: 26_000 });
    expect((await items(BARISTA, ', isOffered: false')).data).toEqual({
      menuItems: { nodes: [{ name: 'Cappuccino', price: { amount: 26_000 } }], totalCount: 1 },
    });
    expect(await namesOf('')).toContain('Cappuccino');
    expect(await namesOf(', isOffered: true')).not.toContain('Cappuccino');
    expect(await namesOf(', isOffered: true')).toContain('Merah Putih');
    expect(codesOf(await items(ANONYMOUS, ''))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await items(CUSTOMER, ''))).toEqual(['FORBIDDEN']);
    expect(codesOf(await items(BARISTA, '', SANUR))).toEqual(['NOT_FOUND']);
    await setPrice(MANAGER, { menuItemId: withdrawn.id, outletId: MENTENG, isOffered: true, price: null });
  });

  test('takes effect at its instant, and so does going back to the price of the chain', async () => {
    const latte = itemNamed('Kopi Susu Gula Aren').id;
    const chainPrice = itemNamed('Kopi Susu Gula Aren').price;
    const shownPrice = async () => {
      const { data } = await menu.run(
        ANONYMOUS,
        'query ($outletId: ID!) { menu(outletId: $outletId, search: "Kopi Susu Gula Aren") { nodes { price { amount } } } }',
        { outletId: MENTENG },
      );
      return Object(data).menu.nodes[0].price.amount;
    };
    const until = (when: string) =>
      menu.pool.query(`UPDATE outlet_price SET price_effective_at = now() ${when} WHERE menu_item_id = $1`, [
        latte,
      ]);
    await setPrice(MANAGER, { menuItemId: latte, outletId: MENTENG, price: 30_000 });
    expect(await shownPrice()).toBe(30_000);
    await until("+ interval '1 hour'");
    expect(await shownPrice()).toBe(chainPrice);
    await until('');
    await setPrice(MANAGER, { menuItemId: latte, outletId: MENTENG, price: null });
    expect(await shownPrice()).toBe(chainPrice);
    await until("+ interval '1 hour'");
    expect(await shownPrice()).toBe(30_000);
    await until('');
    expect((await published()).map(({ data }) => data)).toMatchObject([
      { price: 30_000, previousPrice: null, effectiveAt: expect.any(String) },
      { price: null, previousPrice: 30_000, effectiveAt: expect.any(String) },
    ]);
  });

  test('can be that the outlet does not offer the item', async () => {
    await setPrice(OWNER, { menuItemId: americano.id, outletId: BLOK_M, isOffered: false });
    expect(await priceAt(BLOK_M)).toBe('{"menu":{"nodes":[]}}');
  });

  test.each([0, -1, 1_000_000_001])('is not %i', async (price) => {
    const result = await setPrice(MANAGER, { menuItemId: americano.id, outletId: MENTENG, price });
    expect(textAt(result, 'setOutletPrice', 'userErrors', 0, 'field', 0)).toBe('price');
  });

  test('is never taken below 1 rupiah by changed options', async () => {
    const id = await createdId();
    await setPrice(MANAGER, { menuItemId: id, outletId: MENTENG, price: 500 });
    const options = [
      { name: 'Normal', priceDelta: 0, isDefault: true },
      { name: 'Kecil', priceDelta: -500, isDefault: false },
    ];
    const result = await update(HQ, { menuItemId: id, optionGroups: [{ name: 'Ukuran', options }] });
    expect(textAt(result, 'updateMenuItem', 'userErrors', 0, 'field', 0)).toBe('optionGroups');
  });

  test('is not set elsewhere: at outlets out of reach, which everybody may see, or that do not exist', async () => {
    const setTo = (identity: Identity, outletId = MENTENG) =>
      setPrice(identity, { menuItemId: americano.id, outletId, price: 1_000 });
    for (const outletId of [newId(), 'nonsense']) {
      const result = await setTo(MANAGER, outletId);
      expect(result.data).toEqual({ setOutletPrice: null });
      expect(result.errors?.map(({ message }) => message)).toEqual(['Outlet not found']);
    }
    for (const outletId of [BLOK_M, SANUR]) {
      expect(codesOf(await setTo(MANAGER, outletId))).toEqual(['FORBIDDEN']);
    }
    expect(codesOf(await setTo(OWNER, SANUR))).toEqual(['FORBIDDEN']);
    expect(
      codesOf(await setPrice(BARISTA, { menuItemId: americano.id, outletId: MENTENG, price: 1 })),
    ).toEqual(['FORBIDDEN']);
    expect(await published()).toEqual([]);
  });

  test('is not set for an item that does not exist', async () => {
    for (const menuItemId of [newId(), 'nonsense']) {
      expect(codesOf(await setPrice(MANAGER, { menuItemId, outletId: MENTENG, price: 1_000 }))).toEqual([
        'NOT_FOUND',
      ]);
    }
  });
});
