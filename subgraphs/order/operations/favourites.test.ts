import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { codesOf } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  DRINK,
  HQ,
  LIMITED,
  type OrderHarness,
  OUTLET,
  person,
  startHarness,
  UNKNOWN_ID,
} from '../testing/harness.js';

const FAVOURITE = 'name isOffered usualOptionIds menuItem { id }';
const SET = `mutation ($input: SetFavouriteInput!) {
  setFavourite(input: $input) { favourite { ${FAVOURITE} } userErrors { code field } } }`;
const REMOVE = `mutation ($id: ID!) { removeFavourite(menuItemId: $id) { customer { id } userErrors { code field } } }`;
const LIST = `query ($id: ID!, $first: Int, $after: String) { _entities(representations: [{ __typename: "Customer", id: $id }]) { ... on Customer {
  favourites(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { ${FAVOURITE} } } } } }`;
const ADD = `mutation ($input: AddToCartInput!) {
  addToCart(input: $input) { cart { lines { options { id } } } userErrors { code field } } }`;

const [group] = DRINK.optionGroups;
const usual = group?.options.find(({ isDefault }) => !isDefault)?.id ?? '';

describe('favourites', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  type Person = ReturnType<typeof person>;
  const set = (guest: Person, menuItemId: string, optionIds?: string[]) =>
    unit.run(guest, SET, { input: { menuItemId, ...(optionIds && { optionIds }) } });
  const listOf = (guest: Person, page: object = {}) =>
    unit.run(guest, LIST, { id: guest.customerId, ...page });
  const namesOf = async (guest: Person) =>
    [...JSON.stringify((await listOf(guest)).data).matchAll(/"name":"([^"]*)"/g)].map(([, name]) => name);

  it('are a person’s own: set, changed, listed and removed', async () => {
    const guest = person();
    expect(codesOf(await unit.run(ANONYMOUS, SET, { input: { menuItemId: DRINK.id } }))).toEqual([
      'UNAUTHENTICATED',
    ]);
    expect(await set(guest, LIMITED.id)).toMatchObject({
      data: {
        setFavourite: {
          favourite: { name: LIMITED.name, isOffered: true, usualOptionIds: [] },
          userErrors: [],
        },
      },
    });
    await set(guest, DRINK.id);
    await set(guest, LIMITED.id);
    await set(guest, DRINK.id, [usual]);
    expect(await namesOf(guest)).toEqual([DRINK.name, LIMITED.name]);
    expect(await listOf(guest, { first: 1 })).toMatchObject({
      data: {
        _entities: [
          {
            favourites: {
              totalCount: 2,
              pageInfo: { hasNextPage: true },
              nodes: [{ usualOptionIds: [usual], menuItem: { id: DRINK.id } }],
            },
          },
        ],
      },
    });
    expect(await unit.run(guest, REMOVE, { id: LIMITED.id })).toMatchObject({
      data: { removeFavourite: { customer: { id: guest.customerId }, userErrors: [] } },
    });
    expect(await unit.run(guest, REMOVE, { id: LIMITED.id })).toMatchObject({
      data: { removeFavourite: { userErrors: [{ code: 'NOT_FOUND', field: ['menuItemId'] }] } },
    });
    expect(await namesOf(guest)).toEqual([DRINK.name]);
  });

  it('are shown to nobody else, not even to head office', async () => {
    const guest = person();
    await set(guest, DRINK.id);
    for (const other of [person(), HQ])
      expect(codesOf(await unit.run(other, LIST, { id: guest.customerId }))).toEqual(['FORBIDDEN']);
  });

  it('are items of the menu with options that go together', async () => {
    const guest = person();
    for (const unknown of [UNKNOWN_ID, 'tea']) {
      expect(await set(guest, unknown)).toMatchObject({
        data: {
          setFavourite: { favourite: null, userErrors: [{ code: 'NOT_FOUND', field: ['menuItemId'] }] },
        },
      });
    }
    for (const options of [[UNKNOWN_ID], [usual, usual]]) {
      expect(await set(guest, DRINK.id, options)).toMatchObject({
        data: { setFavourite: { userErrors: [{ code: 'INVALID_OPTION', field: ['optionIds'] }] } },
      });
    }
  });

  it('give the cart their usual options where the client asks for them', async () => {
    const guest = person();
    await set(guest, DRINK.id, [usual]);
    const added = async (input: object) => {
      const line = { outletId: OUTLET.id, menuItemId: DRINK.id, ...input };
      return JSON.stringify((await unit.run(guest, ADD, { input: line })).data);
    };
    expect(await added({ note: 'one' })).not.toContain(usual);
    expect(await added({ note: 'two', takesUsualOptions: true, optionIds: [] })).not.toContain(usual);
    expect(await added({ note: 'three', takesUsualOptions: true })).toContain(usual);
  });

  it('stay listed when the menu withdraws their item', async () => {
    const guest = person();
    await set(guest, LIMITED.id);
    await unit.pool.query(
      'UPDATE menu_item_copy SET is_archived = true, version = version + 1 WHERE id = $1',
      [LIMITED.id],
    );
    await eventually(async () =>
      expect(await listOf(guest)).toMatchObject({
        data: { _entities: [{ favourites: { nodes: [{ name: LIMITED.name, isOffered: false }] } }] },
      }),
    );
    expect(await set(person(), LIMITED.id)).toMatchObject({
      data: { setFavourite: { userErrors: [{ code: 'NOT_FOUND' }] } },
    });
  });

  it('are erased with the account', async () => {
    const guest = person();
    await set(guest, DRINK.id);
    const { customerId } = guest;
    await unit.deliver('order.erasure', {
      ...{ type: 'customer.erased', aggregateId: customerId, aggregateVersion: 2, data: { customerId } },
    });
    await eventually(async () => expect(await namesOf(guest)).toEqual([]));
  });
});
