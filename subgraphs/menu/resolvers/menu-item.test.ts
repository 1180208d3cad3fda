import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { codesOf, statementsDuring, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { BARISTA, CUSTOMER, itemNamed, MENTENG, SANUR, startTestMenu } from '../testing/harness.js';

let menu: TestSubgraph;

beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());

const menuSchema = z.object({
  menu: z.object({
    nodes: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        category: z.string(),
        isLimited: z.boolean(),
        price: z.object({ amount: z.number(), currency: z.literal('IDR') }),
      }),
    ),
    edges: z.array(z.object({ cursor: z.string() })),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
  }),
});

const MENU = `query ($outletId: ID!, $category: MenuCategory, $search: String, $first: Int, $after: String) {
  menu(outletId: $outletId, category: $category, search: $search, first: $first, after: $after) {
    nodes { id name category isLimited price { amount currency } } edges { cursor } pageInfo { hasNextPage endCursor }
  }
}`;

async function menuOf(variables: Record<string, unknown>) {
  const result = await menu.run(ANONYMOUS, MENU, { first: 100, ...variables });
  expect(result.errors).toBeUndefined();
  return menuSchema.parse(result.data).menu;
}

const namesOf = async (variables: Record<string, unknown>) =>
  (await menuOf(variables)).nodes.map(({ name }) => name);

describe("an outlet's menu", () => {
  test('has at least forty items, the limited one among them, for anybody to read', async () => {
    const { nodes } = await menuOf({ outletId: MENTENG });
    expect(nodes.length).toBeGreaterThanOrEqual(40);
    expect(nodes.filter(({ isLimited }) => isLimited).map(({ name }) => name)).toEqual([
      'Tumbler Edisi Terbatas',
    ]);
  });

  test("shows that outlet's own price", async () => {
    const { id, price } = itemNamed('Americano');
    const priceAt = async (outletId: string | undefined) =>
      (await menuOf({ outletId })).nodes.find((item) => item.id === id)?.price.amount;
    expect(await priceAt(MENTENG)).toBe(price);
    expect(await priceAt(SANUR)).toBe(price + 3_000);
  });

  test('leaves out what the outlet does not offer, what is archived, and what is out of season', async () => {
    const withoutOven = CATALOGUE.outletPrices.find(({ isOffered }) => !isOffered)?.outletId;
    expect(await namesOf({ outletId: withoutOven })).not.toContain('Croissant Mentega');
    expect(await namesOf({ outletId: MENTENG })).toContain('Croissant Mentega');

    await menu.pool.query("UPDATE menu_item SET is_archived = true WHERE name = 'Teh Tarik'");
    expect(await namesOf({ outletId: MENTENG })).not.toContain('Teh Tarik');
    await menu.pool.query("UPDATE menu_item SET is_archived = false WHERE name = 'Teh Tarik'");

    const season = (days: string) =>
      menu.pool.query(
        `UPDATE menu_item SET season_from = (now() AT TIME ZONE 'Asia/Jakarta')::date ${days},
           season_until = (now() AT TIME ZONE 'Asia/Jakarta')::date ${days} WHERE name = 'Susu Kurma'`,
      );
    await season('');
    expect(await namesOf({ outletId: MENTENG })).toContain('Susu Kurma');
    await season('- 1');
    expect(await namesOf({ outletId: MENTENG })).not.toContain('Susu Kurma');
    await season('+ 1');
    expect(await namesOf({ outletId: MENTENG })).not.toContain('Susu Kurma');
  });

  test('can be narrowed to a category', async () => {
    const { nodes } = await menuOf({ outletId: MENTENG, category: 'SNACK' });
    expect(nodes.length).toBeGreaterThan(0);
    expect(new Set(nodes.map(({ category }) => category))).toEqual(new Set(['SNACK']));
  });

  test('can be searched, without regard to case; no character is a wildcard', async () => {
    expect(await namesOf({ outletId: MENTENG, search: 'tUmBlEr' })).toEqual(['Tumbler Edisi Terbatas']);
    expect(await namesOf({ outletId: MENTENG, search: '200 g' })).toEqual(['Kopi Kemasan']);
    for (const search of ['%', '_', '\\', "' OR 1=1 --"]) {
      expect(await namesOf({ outletId: MENTENG, search })).toEqual([]);
    }
  });

  test.each([
    ['taro susu'],
    ['  TARO   susu '],
    ['taro, susu!'],
    ['tar sus'],
    ['táro'],
    ['tehsusutaro'],
    ['susu-taro'],
    ['ｔａｒｏ'],
  ])('finds Teh Susu Taro by %j', async (search) => {
    expect(await namesOf({ outletId: MENTENG, search })).toContain('Teh Susu Taro');
  });

  test('is not found by words that it does not have', async () => {
    for (const search of ['taro kopi', 'taro xyz', 'aro susu', '!!!', '--'])
      expect(await namesOf({ outletId: MENTENG, search })).not.toContain('Teh Susu Taro');
  });

  test('has the best match of a search first', async () => {
    expect((await namesOf({ outletId: MENTENG, search: 'teh susu taro' }))[0]).toBe('Teh Susu Taro');
    const names = await namesOf({ outletId: MENTENG, search: 'kopi' });
    const begins = names.map((name) => name.startsWith('Kopi'));
    expect(begins).toEqual(begins.toSorted((one, other) => Number(other) - Number(one)));
    expect(new Set(begins)).toEqual(new Set([true, false]));
  });

  test('keeps the order of a search over its pages, in both directions', async () => {
    const whole = await menuOf({ outletId: MENTENG, search: 'susu' });
    const names = whole.nodes.map(({ name }) => name);
    expect(names.length).toBeGreaterThan(4);
    const forward = await menuOf({ outletId: MENTENG, search: 'susu', after: whole.edges[1]?.cursor });
    expect(forward.nodes.map(({ name }) => name)).toEqual(names.slice(2));
    const { data } = await menu.run(
      ANONYMOUS,
      `query ($outletId: ID!, $before: String) { menu(outletId: $outletId, search: "susu", last: 2, before: $before) {
         nodes { name } totalCount pageInfo { hasPreviousPage hasNextPage } } }`,
      { outletId: MENTENG, before: whole.edges[3]?.cursor },
    );
    expect(data).toEqual({
      menu: {
        nodes: names.slice(1, 3).map((name) => ({ name })),
        totalCount: names.length,
        pageInfo: { hasPreviousPage: true, hasNextPage: true },
      },
    });
  });

  test('says how many items it has, and pages from its end; an empty cursor is its start or end', async () => {
    const whole = await namesOf({ outletId: MENTENG });
    const { data } = await menu.run(
      ANONYMOUS,
      `query ($outletId: ID!) {
         end: menu(outletId: $outletId, last: 3, before: "") { nodes { name } totalCount pageInfo { hasPreviousPage hasNextPage } }
         start: menu(outletId: $outletId, first: 3, after: "") { nodes { name } totalCount } }`,
      { outletId: MENTENG },
    );
    expect(data).toEqual({
      end: {
        nodes: whole.slice(-3).map((name) => ({ name })),
        totalCount: whole.length,
        pageInfo: { hasPreviousPage: true, hasNextPage: false },
      },
      start: { nodes: whole.slice(0, 3).map((name) => ({ name })), totalCount: whole.length },
    });
  });

  test('comes in pages that join without gap or repetition', async () => {
    const whole = await namesOf({ outletId: MENTENG });
    const paged: string[] = [];
    let after: string | null = null;
    do {
      const page: z.infer<typeof menuSchema>['menu'] = await menuOf({ outletId: MENTENG, first: 7, after });
      paged.push(...page.nodes.map(({ name }) => name));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(paged).toEqual(whole);
  });

  test('is refused for arguments that make no sense', async () => {
    const refused = async (variables: Record<string, unknown>) =>
      codesOf(await menu.run(ANONYMOUS, MENU, { outletId: MENTENG, ...variables }));
    for (const outletId of [newId(), 'nonsense', '', '%'])
      expect(await refused({ outletId })).toEqual(['NOT_FOUND']);
    for (const first of [0, -1, 101]) expect(await refused({ first })).toEqual(['BAD_USER_INPUT']);
    for (const after of ['nonsense', Buffer.from('nonsense').toString('base64url')]) {
      expect(await refused({ after })).toEqual(['BAD_USER_INPUT']);
    }
    for (const search of ['x'.repeat(101), 'a\0b'])
      expect(await refused({ search })).toEqual(['BAD_USER_INPUT']);
  });
});

describe('an item', () => {
  const BY_BARCODE = 'query ($barcode: String!) { menuItemByBarcode(barcode: $barcode) { id } }';

  test('is found by id and by barcode', async () => {
    const { id, barcode, name, price } = itemNamed('Teh Leci');
    const result = await menu.run(
      ANONYMOUS,
      `query ($id: ID!) { menuItem(id: $id) { barcode name price { amount currency } season { name } isArchived
         optionGroups { name minimum maximum options { name priceDelta { amount } isDefault } } } }`,
      { id },
    );
    expect(result).toMatchObject({
      data: {
        menuItem: {
          barcode,
          name,
          price: { amount: price, currency: 'IDR' },
          season: null,
          optionGroups: [
            { name: 'Ukuran', minimum: 1, maximum: 1 },
            { name: 'Gula' },
            { name: 'Es' },
            { name: 'Topping' },
          ],
        },
      },
    });
    expect(await menu.run(ANONYMOUS, BY_BARCODE, { barcode })).toEqual({
      data: { menuItemByBarcode: { id } },
    });
  });

  test('is found by its id and barcode as people paste and scanners enter them', async () => {
    const { id, barcode } = itemNamed('Teh Leci');
    const gs1 = [`010${barcode}`, `(01)0${barcode}(17)261231`, `]C1010${barcode}`, `]E0${barcode}`];
    for (const entered of [`${barcode}\r\n`, `\t${barcode} `, `0${barcode}`, ...gs1]) {
      const found = await menu.run(ANONYMOUS, BY_BARCODE, { barcode: entered });
      expect(found).toEqual({ data: { menuItemByBarcode: { id } } });
    }
    await menu.pool.query("UPDATE menu_item SET barcode = '0036000291452' WHERE id = $1", [id]);
    const upcA = await menu.run(ANONYMOUS, BY_BARCODE, { barcode: '036000291452' });
    expect(upcA).toEqual({ data: { menuItemByBarcode: { id } } });
    await menu.pool.query('UPDATE menu_item SET barcode = $2 WHERE id = $1', [id, barcode]);
    const undashed = id.replaceAll('-', '');
    for (const pasted of [id.toUpperCase(), ` ${id}\n`, `urn:uuid:${id}`, `{${undashed}}`]) {
      const found = await menu.run(ANONYMOUS, 'query ($id: ID!) { menuItem(id: $id) { id } }', {
        id: pasted,
      });
      expect(found).toEqual({ data: { menuItem: { id } } });
    }
  });

  test('that does not exist is not found', async () => {
    for (const id of [newId(), 'nonsense']) {
      const result = await menu.run(ANONYMOUS, 'query ($id: ID!) { menuItem(id: $id) { id } }', { id });
      expect(result.data).toEqual({ menuItem: null });
      expect(codesOf(result)).toEqual(['NOT_FOUND']);
    }
    for (const barcode of ['4006381333931', 'nonsense', '\0', '']) {
      expect(codesOf(await menu.run(ANONYMOUS, BY_BARCODE, { barcode }))).toEqual(['NOT_FOUND']);
    }
  });

  test('shows its recipe to staff alone', async () => {
    const { id, recipe } = itemNamed('Teh Leci');
    const query = 'query ($id: ID!) { menuItem(id: $id) { name recipe { ingredient { id } quantity } } }';
    expect(await menu.run(BARISTA, query, { id })).toEqual({
      data: {
        menuItem: {
          name: 'Teh Leci',
          recipe: recipe.map(({ ingredientId, quantity }) => ({
            ingredient: { id: ingredientId },
            quantity,
          })),
        },
      },
    });
    const others = [
      [CUSTOMER, 'FORBIDDEN'],
      [ANONYMOUS, 'UNAUTHENTICATED'],
    ] as const;
    for (const [identity, code] of others) {
      const result = await menu.run(identity, query, { id });
      expect(codesOf(result)).toEqual([code]);
      expect(result.data).toEqual({ menuItem: { name: 'Teh Leci', recipe: null } });
    }
  });
});

describe('references from other subgraphs', () => {
  const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on MenuItem { id name servingRecipe { quantity } optionGroups { options { name } } }
    ... on MenuOption { name }
    ... on Outlet { name city franchise { name } }
    ... on Franchise { name outlets(first: 2) { nodes { name } } }
  } }`;

  test('are resolved in their order, by either key of an item; unknown ones are null', async () => {
    const [first, second] = [itemNamed('Teh Leci'), itemNamed('Kukis Cokelat')];
    const result = await menu.run(ANONYMOUS, ENTITIES, {
      representations: [
        { __typename: 'MenuItem', barcode: second.barcode },
        { __typename: 'MenuItem', id: newId() },
        { __typename: 'MenuItem', id: first.id },
        { __typename: 'MenuItem', barcode: 'nonsense' },
        { __typename: 'Outlet', id: MENTENG },
        { __typename: 'Outlet', id: 'nonsense' },
        { __typename: 'MenuOption', id: first.optionGroups[0]?.options[1]?.id },
      ],
    });
    expect(result.errors).toBeUndefined();
    expect(result.data).toMatchObject({
      _entities: [
        { id: second.id },
        null,
        { id: first.id },
        null,
        { name: 'Kedai Menteng', city: 'Jakarta', franchise: { name: 'Kedai Jakarta Raya' } },
        null,
        { name: 'Besar' },
      ],
    });
  });

  test('cost one query for each type, however many there are', async () => {
    const representations = [
      ...CATALOGUE.menuItems.map(({ id }) => ({ __typename: 'MenuItem', id })),
      ...CATALOGUE.outlets.map(({ id }) => ({ __typename: 'Outlet', id })),
      ...CATALOGUE.franchises.map(({ id }) => ({ __typename: 'Franchise', id })),
    ];
    const statements = await statementsDuring(async () => {
      const result = await menu.run(ANONYMOUS, ENTITIES, { representations });
      expect(result.errors).toBeUndefined();
    });
    const reads = (table: string) =>
      statements.filter((sql) => new RegExp(`FROM ("public"\\.)?"?${table}"?\\b`).test(sql)).length;
    // Outlets are read by id, and by franchise.
    const tables = { menu_item: 1, recipe_line: 1, option_group: 1, menu_option: 1, franchise: 1, outlet: 2 };
    for (const [table, count] of Object.entries(tables))
      expect([table, reads(table)]).toEqual([table, count]);
  });
});

describe('names and texts', () => {
  const NAMED = `query ($outletId: ID!) { menu(outletId: $outletId, search: "Teh Susu Klasik", first: 1) { nodes {
    name description optionGroups { name options { name } } } } }`;

  test('are in the language that the client prefers, and as the chain wrote them where it does not say', async () => {
    const group = itemNamed('Teh Susu Klasik').optionGroups[0];
    const named = (name: string, description: string, groupName: string, optionName: string) => ({
      menu: {
        nodes: [
          expect.objectContaining({
            name,
            description,
            optionGroups: expect.arrayContaining([
              expect.objectContaining({
                name: groupName,
                options: expect.arrayContaining([{ name: optionName }]),
              }),
            ]),
          }),
        ],
      },
    });
    const indonesian = named(
      'Teh Susu Klasik',
      itemNamed('Teh Susu Klasik').description,
      'Ukuran',
      group?.options[0]?.name ?? '',
    );
    const english = named('Classic Milk Tea', 'Strong black tea and fresh milk.', 'Size', 'Regular');
    const readIn = async (language?: 'id' | 'en') =>
      (await menu.run(ANONYMOUS, NAMED, { outletId: MENTENG }, language)).data;
    expect(await readIn()).toEqual(indonesian);
    expect(await readIn('id')).toEqual(indonesian);
    expect(await readIn('en')).toEqual(english);
  });

  test('say what is wrong in that language, by the same code', async () => {
    const source = '{ menuItem(id: "01890a5d-ac96-774b-bcce-b302099a8057") { name } }';
    const [english, indonesian] = [
      await menu.run(ANONYMOUS, source),
      await menu.run(ANONYMOUS, source, {}, 'id'),
    ];
    expect([codesOf(english), codesOf(indonesian)]).toEqual([['NOT_FOUND'], ['NOT_FOUND']]);
    expect(english.errors?.map(({ message }) => message)).toEqual(['Menu item not found']);
    expect(indonesian.errors?.map(({ message }) => message)).toEqual(['Menu tidak ditemukan']);
  });
});
