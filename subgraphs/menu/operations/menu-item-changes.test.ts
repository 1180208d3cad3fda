import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { seedMenu } from '../../../prisma/seed/menu.js';
import { codesOf, startTestSubgraph, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { startMenu } from '../index.js';
import {
  BARISTA,
  BLOK_M,
  CUSTOMER,
  HQ,
  itemNamed,
  MANAGER,
  MENTENG,
  OWNER,
  SANUR,
} from '../testing/harness.js';

let menu: TestSubgraph;

beforeAll(async () => {
  menu = await startTestSubgraph('menu', startMenu, { seed: seedMenu });
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

async function told(): Promise<
  { type: string; aggregateId: string; aggregateVersion: number; data: unknown }[]
> {
  const { rows } = await menu.pool.query(
    'SELECT type, aggregate_id AS "aggregateId", aggregate_version AS "aggregateVersion", data FROM outbox ORDER BY id',
  );
  return rows;
}

describe('creating an item', () => {
  test('puts it on the menu and tells its whole state', async () => {
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
    expect(await told()).toEqual([
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
    ['what is no ingredient', { recipe: [{ ingredientId: 'milk', quantity: 1 }] }, 'recipe.0.ingredientId'],
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
      'a season before any calendar',
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
    expect(await told()).toEqual([]);
  });

  test.each([{ price: 0.5 }, { price: 2 ** 53 }, { currency: 'USD' }, { preparationSeconds: 0.5 }])(
    'has no place for %o',
    async (changes) => {
      expect(codesOf(await create(HQ, drink(changes)))).toEqual(['BAD_USER_INPUT']);
      expect(await told()).toEqual([]);
    },
  );

  test('twice with one barcode is refused, also at once', async () => {
    const input = drink();
    const results = await Promise.all([create(HQ, input), create(HQ, input), create(HQ, input)]);
    const codes = results.map((result) => JSON.stringify(result.data).includes('ALREADY_EXISTS'));
    expect(codes.filter(Boolean)).toHaveLength(2);
    expect(await told()).toHaveLength(1);
  });

  test('is for head office alone, and others are refused before their input is looked at', async () => {
    for (const identity of [CUSTOMER, BARISTA, MANAGER, OWNER]) {
      expect(codesOf(await create(identity, drink({ price: 0 })))).toEqual(['FORBIDDEN']);
    }
    expect(codesOf(await create(ANONYMOUS, drink()))).toEqual(['UNAUTHENTICATED']);
    expect(await told()).toEqual([]);
  });
});

describe('updating an item', () => {
  test('changes what is given, keeps the rest, and raises the version', async () => {
    const id = await createdId();
    await menu.pool.query('DELETE FROM outbox');
    const result = await update(HQ, { menuItemId: id, price: 25_000 });
    expect(result.data).toMatchObject({
      updateMenuItem: {
        menuItem: { name: 'Teh Uji', price: { amount: 25_000 }, optionGroups: [{ name: 'Gula' }] },
      },
    });
    expect(await told()).toMatchObject([{ aggregateVersion: 2, data: { name: 'Teh Uji', price: 25_000 } }]);
  });

  test('a season goes when it is null, and stays when it is left out', async () => {
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

  test('what does not exist is not found', async () => {
    for (const menuItemId of [newId(), 'nonsense']) {
      expect(codesOf(await update(HQ, { menuItemId, price: 1 }))).toEqual(['NOT_FOUND']);
      expect(codesOf(await archive(HQ, menuItemId))).toEqual(['NOT_FOUND']);
    }
  });

  test('many at once leave a version for each', async () => {
    const id = await createdId();
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => update(HQ, { menuItemId: id, price: 10_000 + index })),
    );
    const versions = (await told()).map(({ aggregateVersion }) => aggregateVersion).toSorted((a, b) => a - b);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

test('archiving takes an item off, once', async () => {
  const id = await createdId();
  await menu.pool.query('DELETE FROM outbox');
  for (const _time of [1, 2]) {
    expect((await archive(HQ, id)).data).toMatchObject({
      archiveMenuItem: { menuItem: { isArchived: true } },
    });
  }
  expect(await told()).toMatchObject([{ aggregateVersion: 2, data: { isArchived: true } }]);
  for (const identity of [CUSTOMER, MANAGER, OWNER])
    expect(codesOf(await archive(identity, id))).toEqual(['FORBIDDEN']);
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
    await setPrice(MANAGER, { menuItemId: americano.id, outletId: MENTENG });
    expect(await priceAt(MENTENG)).toContain(String(americano.price));
    expect(await told()).toMatchObject([
      {
        type: 'outlet-price.changed',
        aggregateId: `${americano.id}:${MENTENG}`,
        aggregateVersion: 1,
        data: { menuItemId: americano.id, outletId: MENTENG, price: 21_500, isOffered: true },
      },
      { aggregateVersion: 2, data: { price: null, isOffered: true } },
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

  test('holds back options that it could not bear', async () => {
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
    expect(await told()).toEqual([]);
  });

  test('is not set for an item that does not exist', async () => {
    for (const menuItemId of [newId(), 'nonsense']) {
      expect(codesOf(await setPrice(MANAGER, { menuItemId, outletId: MENTENG, price: 1_000 }))).toEqual([
        'NOT_FOUND',
      ]);
    }
  });
});
