import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { codesOf, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { HQ, itemNamed, MANAGER, MENTENG, startTestMenu } from '../testing/harness.js';

let menu: TestSubgraph;
beforeAll(async () => {
  menu = await startTestMenu();
});
afterAll(() => menu.stop());

const run = (identity: Identity, mutation: string, type: string, input: object) =>
  menu.run(
    identity,
    `mutation ($input: ${type}!) { ${mutation}(input: $input) {
       category { id name nameEn position isArchived } userErrors { code field } } }`,
    { input },
  );
const create = (input: object, identity: Identity = HQ) =>
  run(identity, 'createCategory', 'CreateCategoryInput', input);
const update = (input: object) => run(HQ, 'updateCategory', 'UpdateCategoryInput', input);
const archive = (categoryId: string) =>
  menu.run(HQ, 'mutation ($id: ID!) { archiveCategory(categoryId: $id) { category { isArchived } } }', {
    id: categoryId,
  });
const created = async (name: string, position = 0) =>
  textAt(await create({ name, position }), 'createCategory', 'category', 'id');
const putInto = (menuItemId: string, categoryIds: readonly string[]) =>
  menu.run(
    HQ,
    `mutation ($input: UpdateMenuItemInput!) { updateMenuItem(input: $input) {
       menuItem { categories { name } } userErrors { code field } } }`,
    { input: { menuItemId, categoryIds } },
  );
async function listed(args = ''): Promise<string[]> {
  const { data } = await menu.run(ANONYMOUS, `{ categories(first: 100${args}) { nodes { name } } }`);
  return Object(data).categories.nodes.map(({ name }: { name: string }) => name);
}

const tea = itemNamed('Teh Leci').id;

test('categories are listed in their order, a page at a time, and archived ones apart', async () => {
  const last = await created('Akhir', 9);
  await created('Awal', 1);
  const middle = await created('Tengah', 5);
  expect(await listed()).toEqual(['Awal', 'Tengah', 'Akhir']);
  await update({ categoryId: last, position: 0 });
  expect(await listed()).toEqual(['Akhir', 'Awal', 'Tengah']);
  const page = await menu.run(ANONYMOUS, '{ categories(first: 1) { totalCount edges { cursor } } }');
  const cursor = Object(page.data).categories.edges[0].cursor;
  expect(await listed(`, after: "${cursor}"`)).toEqual(['Awal', 'Tengah']);
  expect((await archive(middle)).data).toEqual({ archiveCategory: { category: { isArchived: true } } });
  expect(await listed()).toEqual(['Akhir', 'Awal']);
  expect(await listed(', isArchived: true')).toEqual(['Tengah']);
});

test('an item is in several, is found by them, and by their names', async () => {
  const [light, cold] = [await created('Ringan'), await created('Segar Sekali')];
  expect((await putInto(tea, [cold, light])).data).toEqual({
    updateMenuItem: {
      menuItem: { categories: [{ name: 'Ringan' }, { name: 'Segar Sekali' }] },
      userErrors: [],
    },
  });
  const itemsOf = async (args: string) => {
    const { data } = await menu.run(
      ANONYMOUS,
      `query ($outletId: ID!) { menu(outletId: $outletId${args}) { nodes { name } totalCount } }`,
      { outletId: MENTENG },
    );
    return Object(data).menu;
  };
  const found = { nodes: [{ name: 'Teh Leci' }], totalCount: 1 };
  expect(await itemsOf(`, categoryId: "${light}"`)).toEqual(found);
  expect(await itemsOf(', search: "ringan sekali"')).toEqual(found);
  await update({ categoryId: light, name: 'Enteng' });
  expect(await itemsOf(', search: "enteng"')).toEqual(found);
  await archive(cold);
  expect(await itemsOf(', search: "enteng sekali"')).toEqual({ nodes: [], totalCount: 0 });
  await putInto(tea, []);
  expect(await itemsOf(`, categoryId: "${light}"`)).toEqual({ nodes: [], totalCount: 0 });
});

test('a name is taken only while its category is not archived', async () => {
  const id = await created('Favorit');
  const taken = { userErrors: [{ code: 'ALREADY_EXISTS', field: ['name'] }] };
  expect((await create({ name: 'FAVORIT' })).data).toMatchObject({ createCategory: taken });
  const other = await created('Lain');
  expect((await update({ categoryId: other, name: 'favorit' })).data).toMatchObject({
    updateCategory: taken,
  });
  await archive(id);
  expect((await create({ name: 'Favorit' })).data).toMatchObject({ createCategory: { userErrors: [] } });
  expect((await putInto(tea, [id, newId()])).data).toMatchObject({
    updateMenuItem: {
      userErrors: [
        { code: 'NOT_FOUND', field: ['categoryIds', '0'] },
        { code: 'NOT_FOUND', field: ['categoryIds', '1'] },
      ],
    },
  });
});

test('only head office makes them', async () => {
  expect(codesOf(await create({ name: 'Milik Sendiri' }, MANAGER))).toEqual(['FORBIDDEN']);
  expect(codesOf(await create({ name: 'Milik Sendiri' }, ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
});
