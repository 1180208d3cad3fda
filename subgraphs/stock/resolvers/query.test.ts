import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import {
  codesOf,
  startTestSubgraph,
  statementsDuring,
  type TestSubgraph,
} from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { startStock } from '../index.js';
import {
  BUDI,
  DEWI,
  FOREIGN_OUTLET,
  HQ,
  OWN_OUTLET,
  RINA,
  SARI,
  seededItem,
  UNKNOWN_OUTLET,
} from '../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

const ITEMS = `query ($outletId: ID!, $first: Int, $after: String, $last: Int, $before: String, $belowReorderPoint: Boolean) {
  stockItems(
    outletId: $outletId, first: $first, after: $after, last: $last, before: $before, belowReorderPoint: $belowReorderPoint
  ) {
    totalCount nodes { id onHand available tracking } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
const ITEM = 'query ($id: ID!) { stockItem(id: $id) { id } }';

describe('an outlet’s items', () => {
  test('are paged forwards, each once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await stock.run(SARI, ITEMS, { outletId: OWN_OUTLET, first: 20, after });
      const page = connectionIn(data);
      seen.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    const all = CATALOGUE.stockItems.filter(({ outletId }) => outletId === OWN_OUTLET).map(({ id }) => id);
    expect(seen).toEqual(all);
  });

  test('are paged backwards, with their number', async () => {
    const all = CATALOGUE.stockItems.filter(({ outletId }) => outletId === OWN_OUTLET).map(({ id }) => id);
    const seen: string[] = [];
    let before: string | null = '';
    do {
      const { data } = await stock.run(SARI, ITEMS, { outletId: OWN_OUTLET, last: 15, before });
      const page = connectionIn(data);
      expect(page.totalCount).toBe(all.length);
      seen.unshift(...page.nodes.map(({ id }) => id));
      before = page.pageInfo.hasPreviousPage ? page.pageInfo.startCursor : null;
    } while (before !== null);
    expect(seen).toEqual(all);
  });

  test('start at the first after an empty cursor, and are none below the reorder point at first', async () => {
    const first = await stock.run(SARI, ITEMS, { outletId: OWN_OUTLET, first: 2, after: '' });
    expect(first).toEqual(await stock.run(SARI, ITEMS, { outletId: OWN_OUTLET, first: 2 }));
    const low = await stock.run(SARI, ITEMS, { outletId: OWN_OUTLET, belowReorderPoint: true });
    expect(connectionIn(low.data)).toMatchObject({ totalCount: 0, nodes: [] });
  });

  test('are found by an outlet id with blanks and capitals', async () => {
    const pasted = await stock.run(SARI, ITEMS, { outletId: ` ${OWN_OUTLET.toUpperCase()} `, first: 2 });
    expect(pasted).toEqual(await stock.run(SARI, ITEMS, { outletId: OWN_OUTLET, first: 2 }));
  });

  test('are visible to callers who may read stock there', async () => {
    const variables = { outletId: OWN_OUTLET };
    expect(codesOf(await stock.run(ANONYMOUS, ITEMS, variables))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await stock.run(RINA, ITEMS, variables))).toEqual(['FORBIDDEN']);
    for (const identity of [SARI, BUDI, DEWI, HQ]) {
      expect(codesOf(await stock.run(identity, ITEMS, variables))).toEqual([]);
    }
  });

  test('of another franchise are NOT_FOUND, as those of an outlet that does not exist', async () => {
    for (const outletId of [FOREIGN_OUTLET, UNKNOWN_OUTLET, 'no-id']) {
      for (const identity of [BUDI, DEWI]) {
        const result = await stock.run(identity, ITEMS, { outletId });
        expect({ codes: codesOf(result), data: result.data }).toEqual({
          codes: ['NOT_FOUND'],
          data: { stockItems: null },
        });
      }
    }
    expect(codesOf(await stock.run(HQ, ITEMS, { outletId: FOREIGN_OUTLET }))).toEqual([]);
  });

  test.each([
    { first: 0 },
    { first: 101 },
    { last: 0 },
    { last: 101 },
    { before: 'x' },
    { after: 'x' },
    { after: Buffer.from('x').toString('base64url') },
  ])('are refused with a page of %o', async (page) => {
    const result = await stock.run(BUDI, ITEMS, { outletId: OWN_OUTLET, ...page });
    expect(codesOf(result)).toEqual(['BAD_USER_INPUT']);
  });
});

test('a single item is found within the scope alone', async () => {
  expect((await stock.run(BUDI, ITEM, { id: seededItem('Susu Segar').id })).errors).toBeUndefined();
  for (const id of [seededItem('Susu Segar', FOREIGN_OUTLET).id, newId(), 'no-id']) {
    const result = await stock.run(BUDI, ITEM, { id });
    expect({ codes: codesOf(result), data: result.data }).toEqual({
      codes: ['NOT_FOUND'],
      data: { stockItem: null },
    });
  }
});

test('a seeded item opens with its shelf’s reading in the ledger', async () => {
  const milk = seededItem('Susu Segar');
  const { data } = await stock.run(
    SARI,
    `query ($id: ID!) { stockItem(id: $id) {
       outlet { id name } ingredient { name unit } unit onHand reserved drawn available reorderPoint tracking version
       movements { nodes { figure delta kind cause { __typename traceId ... on ReadingCause { grams bootId seq shelf { id } } } } }
       shelves { id topic gramsPerUnit tareGrams lastReadingAt isOnline batteryPercent stockItem { id } } } }`,
    { id: milk.id },
  );
  expect(data).toMatchObject({
    stockItem: {
      outlet: { id: OWN_OUTLET, name: expect.stringMatching(/^Kedai /) },
      ingredient: { name: 'Susu Segar', unit: 'MILLILITRE' },
      unit: 'MILLILITRE',
      onHand: milk.onHand,
      reserved: 0,
      drawn: 0,
      available: milk.onHand,
      tracking: 'SHELF',
      version: 1,
      movements: {
        nodes: [
          {
            figure: 'ON_HAND',
            delta: milk.onHand,
            kind: 'READING',
            cause: {
              __typename: 'ReadingCause',
              traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
              grams: milk.shelf?.grams,
              shelf: { id: milk.shelf?.id },
            },
          },
        ],
      },
      shelves: [
        {
          id: milk.shelf?.id,
          topic: `kedai/v1/${OWN_OUTLET}/shelves/${milk.shelf?.id}/reading`,
          lastReadingAt: expect.anything(),
          isOnline: null,
          stockItem: { id: milk.id },
        },
      ],
    },
  });
});

test('a ledger is paged in both directions, with the number of its rows', async () => {
  const { id } = seededItem('Kukis Cokelat');
  const ledger =
    'query ($id: ID!, $first: Int, $last: Int, $before: String) { stockItem(id: $id) { movements(first: $first, last: $last, before: $before) { totalCount nodes { id delta } pageInfo { hasPreviousPage startCursor } } } }';
  for (const delta of [-1, -2, -3]) {
    await stock.pool.query(
      `INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, person_id)
       SELECT id, franchise_id, outlet_id, 'ON_HAND', $2, 'COUNT', $3, $3 FROM stock_item WHERE id = $1`,
      [id, delta, newId()],
    );
  }
  const deltas = async (page: Record<string, unknown>) => {
    const { data } = await stock.run(SARI, ledger, { id, ...page });
    const { stockItem } = Object(data);
    const nodes: { delta: number }[] = stockItem.movements.nodes;
    return { ...stockItem.movements, nodes: nodes.map(({ delta }) => delta) };
  };
  expect(await deltas({ first: 2 })).toMatchObject({ totalCount: 4, nodes: [-3, -2] });
  const last = await deltas({ last: 2 });
  expect(last).toMatchObject({
    totalCount: 4,
    nodes: [-1, expect.any(Number)],
    pageInfo: { hasPreviousPage: true },
  });
  const before = last.pageInfo.startCursor;
  expect(await deltas({ last: 2, before })).toMatchObject({
    nodes: [-3, -2],
    pageInfo: { hasPreviousPage: false },
  });
});

test('ingredients are listed by name', async () => {
  const { data } = await stock.run(SARI, '{ ingredients { name } }');
  const names = CATALOGUE.ingredients.map(({ name }) => name);
  expect(data).toEqual({ ingredients: names.toSorted().map((name) => ({ name })) });
});

const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  __typename
  ... on StockItem { id onHand } ... on Outlet { stockItems(first: 3) { nodes { id } } }
  ... on MenuItem { availability(outletId: "${OWN_OUTLET}") { inStock servings } } } }`;

describe('a reference', () => {
  test('to an item resolves by id, and by outlet and ingredient', async () => {
    const { id, outletId, ingredientId, onHand } = seededItem('Susu Segar');
    const { data } = await stock.run(SARI, ENTITIES, {
      representations: [
        { __typename: 'StockItem', id },
        { __typename: 'StockItem', outlet: { id: outletId }, ingredient: { id: ingredientId } },
      ],
    });
    const item = { __typename: 'StockItem', id, onHand };
    expect(data).toEqual({ _entities: [item, item] });
  });

  test('to an item outside the scope resolves to null', async () => {
    const { id, outletId, ingredientId } = seededItem('Susu Segar', FOREIGN_OUTLET);
    const result = await stock.run(SARI, ENTITIES, {
      representations: [
        { __typename: 'StockItem', id },
        { __typename: 'StockItem', outlet: { id: outletId }, ingredient: { id: ingredientId } },
        { __typename: 'StockItem', id: 'no-id' },
      ],
    });
    expect(result).toEqual({ data: { _entities: [null, null, null] } });
  });

  test('to a menu item has its servings, for any caller', async () => {
    const [tumbler, milk] = [seededItem('Tumbler Edisi Terbatas'), seededItem('Susu Segar')];
    const line = ({ ingredientId }: typeof milk, quantity: number) => ({
      ingredient: { __typename: 'Ingredient', id: ingredientId },
      quantity,
    });
    const { data } = await stock.run(ANONYMOUS, ENTITIES, {
      representations: [
        { __typename: 'MenuItem', id: newId(), servingRecipe: [line(tumbler, 1), line(milk, 1)] },
        { __typename: 'MenuItem', id: newId(), servingRecipe: [line(milk, milk.onHand + 1)] },
        { __typename: 'MenuItem', id: newId(), servingRecipe: [] },
      ],
    });
    expect(data).toMatchObject({
      _entities: [
        { availability: { inStock: true, servings: 100 } },
        { availability: { inStock: false, servings: 0 } },
        { availability: { inStock: true } },
      ],
    });
  });
});

test('what staff took off by hand is not in stock until it comes back, be it an item or an option', async () => {
  const milk = seededItem('Susu Segar');
  const recipe = [{ ingredient: { __typename: 'Ingredient', id: milk.ingredientId }, quantity: 1 }];
  const representations = [
    { __typename: 'MenuItem', id: newId(), servingRecipe: recipe },
    { __typename: 'MenuOption', id: newId(), addedRecipe: recipe },
    { __typename: 'MenuOption', id: newId(), addedRecipe: [] },
  ];
  const inStock = async (outletId = OWN_OUTLET) => {
    const { data } = await stock.run(
      ANONYMOUS,
      `query ($representations: [_Any!]!, $outletId: ID!) { _entities(representations: $representations) {
         ... on MenuItem { availability(outletId: $outletId) { inStock servings } }
         ... on MenuOption { availability(outletId: $outletId) { inStock servings } } } }`,
      { representations, outletId },
    );
    return entities.parse(data)._entities.map(({ availability }) => availability.inStock);
  };
  let version = 0;
  const takeOff = async (isAvailable: boolean, until: string | null) => {
    version += 1;
    for (const { id } of representations)
      await stock.deliver('stock.menu-copies', {
        ...{
          type: 'hand-availability.changed',
          aggregateId: `${id}:${OWN_OUTLET}`,
          aggregateVersion: version,
        },
        data: { outletId: OWN_OUTLET, menuItemId: id, subjectId: id, isAvailable, until },
      });
  };
  const becomes = (expected: boolean) =>
    eventually(async () => expect(await inStock()).toEqual([expected, expected, expected]));

  await becomes(true);
  await takeOff(false, null);
  await becomes(false);
  expect(await inStock(FOREIGN_OUTLET)).toEqual([true, true, true]);
  await takeOff(false, new Date(Date.now() - 1).toISOString());
  await becomes(true);
  await takeOff(false, new Date(Date.now() + 3_600_000).toISOString());
  await becomes(false);
  await takeOff(true, null);
  await becomes(true);
});

const entities = z.object({
  _entities: z.array(z.object({ availability: z.object({ inStock: z.boolean(), servings: z.number() }) })),
});

test('availability at an outlet that does not exist is NOT_FOUND', async () => {
  const representations = [{ __typename: 'MenuItem', id: newId(), servingRecipe: [] }];
  for (const outletId of [UNKNOWN_OUTLET, 'no-id']) {
    const result = await stock.run(
      ANONYMOUS,
      `query ($representations: [_Any!]!, $outletId: ID!) { _entities(representations: $representations) {
         ... on MenuItem { availability(outletId: $outletId) { inStock } } } }`,
      { representations, outletId },
    );
    expect({ codes: codesOf(result), data: result.data }).toEqual({
      codes: ['NOT_FOUND'],
      data: { _entities: [{ availability: null }] },
    });
  }
});

test('one query for each type of row, however many rows an operation has', async () => {
  const statements = await statementsDuring(() =>
    stock.run(
      BUDI,
      `query ($outletId: ID!) { stockItems(outletId: $outletId, first: 50) { nodes {
         outlet { name } ingredient { name } unit
         shelves { id stockItem { id } } movements(first: 2) { nodes { cause { traceId } } } } } }`,
      { outletId: OWN_OUTLET },
    ),
  );
  expect(readsOf(statements)).toEqual({
    outlet: 1,
    stock_item: 1,
    ingredient: 1,
    shelf: 1,
    stock_movement_with_archive: 1,
  });
});

test('one query each for outlet and stock for the availability of a whole menu', async () => {
  const representations = CATALOGUE.menuItems.map(({ id, recipe }) => ({
    __typename: 'MenuItem',
    id,
    servingRecipe: recipe.map(({ ingredientId, quantity }) => ({
      ingredient: { __typename: 'Ingredient', id: ingredientId },
      quantity,
    })),
  }));
  const statements = await statementsDuring(() => stock.run(ANONYMOUS, ENTITIES, { representations }));
  expect(readsOf(statements)).toEqual({ outlet: 1, stock_item: 1 });
});

/** How often each table is read, apart from the outbox and background work. */
function readsOf(statements: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const statement of statements) {
    if (!/^\s*SELECT/.test(statement) || /outbox|lapse/.test(statement)) continue;
    const table = ['stock_movement_with_archive', 'stock_item', 'ingredient', 'shelf', 'outlet'].find(
      (name) => new RegExp(`FROM (\\w+ |"public".)?"?${name}\\b`).test(statement.replaceAll(/\s+/g, ' ')),
    );
    if (table !== undefined) counts[table] = (counts[table] ?? 0) + 1;
  }
  return counts;
}

interface Connection {
  totalCount: number;
  nodes: { id: string }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

function connectionIn(data: Record<string, unknown> | null | undefined): Connection {
  const { stockItems }: { stockItems?: Connection } = { ...data };
  if (stockItems === undefined) throw new Error(`No items: ${JSON.stringify(data)}`);
  return stockItems;
}
