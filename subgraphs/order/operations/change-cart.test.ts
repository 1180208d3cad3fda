import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { codesOf, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  DRINK,
  LIMITED,
  type OrderHarness,
  OUTLET,
  person,
  STRANGER,
  startHarness,
  UNKNOWN_ID,
} from '../testing/harness.js';

const CART =
  'id outlet { id name } total { amount } lines { id quantity note menuItem { id } subtotal { amount } options { id } }';
const LOOK = `query ($outletId: ID!) { cart(outletId: $outletId) { ${CART} } }`;
const ADD = `mutation ($input: AddToCartInput!) { addToCart(input: $input) { cart { ${CART} } userErrors { code field } } }`;
const UPDATE = `mutation ($input: UpdateCartLineInput!) {
  updateCartLine(input: $input) { cart { ${CART} } userErrors { code field } } }`;
const REMOVE = `mutation ($id: ID!) { removeCartLine(cartLineId: $id) { cart { ${CART} } userErrors { code } } }`;
const CHECKOUT = `mutation ($input: CheckoutInput!) {
  checkout(input: $input) { order { id status total { amount } lines { quantity } } userErrors { code field } } }`;

describe('a cart', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  const outletId = OUTLET.id;
  const add = (guest: ReturnType<typeof person>, input: object = {}) =>
    unit.run(guest, ADD, { input: { outletId, menuItemId: DRINK.id, ...input } });
  const firstLine = (result: ExecutionResult, mutation = 'addToCart') =>
    textAt(result, mutation, 'cart', 'lines', 0, 'id');
  const pay = (guest: ReturnType<typeof person>, idempotencyKey = newId()) =>
    unit.run(guest, CHECKOUT, { input: { outletId, idempotencyKey } });

  it('is empty at first, and the same one when read again', async () => {
    const guest = person();
    const first = await unit.run(guest, LOOK, { outletId });
    expect(first).toMatchObject({
      data: { cart: { lines: [], total: { amount: 0 }, outlet: { name: OUTLET.name } } },
    });
    expect(await unit.run(guest, LOOK, { outletId })).toEqual(first);
  });

  it('is created once by concurrent first reads', async () => {
    const guest = person();
    const carts = await Promise.all(Array.from({ length: 10 }, () => unit.run(guest, LOOK, { outletId })));
    expect(new Set(carts.map((result) => textAt(result, 'cart', 'id'))).size).toBe(1);
  });

  it('sums what is added; the same item, options and note are one line', async () => {
    const guest = person();
    await add(guest);
    await add(guest, { quantity: 2 });
    await add(guest, { note: ' Kafe\u0301 ' });
    const result = await add(guest, { note: 'Kaf\u00e9' });
    expect(result).toMatchObject({
      data: {
        addToCart: {
          cart: {
            total: { amount: DRINK.price * 5 },
            lines: [
              { quantity: 3, subtotal: { amount: DRINK.price * 3 } },
              { quantity: 2, note: 'Kaf\u00e9' },
            ],
          },
          userErrors: [],
        },
      },
    });
  });

  it('changes a line, and removes it at quantity 0 or on request', async () => {
    const guest = person();
    const cartLineId = firstLine(await add(guest));
    const input = { cartLineId, quantity: 5, note: 'Dingin' };
    expect(await unit.run(guest, UPDATE, { input })).toMatchObject({
      data: { updateCartLine: { cart: { lines: [{ id: cartLineId, quantity: 5, note: 'Dingin' }] } } },
    });
    expect(await unit.run(guest, UPDATE, { input: { cartLineId, quantity: 0 } })).toMatchObject({
      data: { updateCartLine: { cart: { lines: [] } } },
    });
    const again = firstLine(await add(guest));
    expect(await unit.run(guest, REMOVE, { id: again })).toMatchObject({
      data: { removeCartLine: { cart: { lines: [] } } },
    });
    expect(codesOf(await unit.run(guest, REMOVE, { id: again }))).toEqual(['NOT_FOUND']);
  });

  it('shows the state after each of several changes in one operation', async () => {
    const guest = person();
    const line = { outletId, menuItemId: DRINK.id };
    const query = `mutation ($input: AddToCartInput!) {
      one: addToCart(input: $input) { cart { lines { quantity } } }
      two: addToCart(input: $input) { cart { lines { quantity } } } }`;
    expect(await unit.run(guest, query, { input: line })).toEqual({
      data: { one: { cart: { lines: [{ quantity: 1 }] } }, two: { cart: { lines: [{ quantity: 2 }] } } },
    });
  });

  it.each([
    [{ quantity: 0 }, 'INVALID_QUANTITY', ['quantity']],
    [{ quantity: -3 }, 'INVALID_QUANTITY', ['quantity']],
    [{ quantity: 100 }, 'INVALID_QUANTITY', ['quantity']],
    [{ menuItemId: UNKNOWN_ID }, 'ITEM_UNAVAILABLE', ['menuItemId']],
    [{ optionIds: ['x'] }, 'INVALID_OPTION', ['optionIds']],
    [{ note: 'x'.repeat(201) }, 'INVALID_INPUT', ['note']],
  ])('refuses %o', async (input, code, field) => {
    expect(await add(person(), input)).toEqual({
      data: { addToCart: { cart: null, userErrors: [{ code, field }] } },
    });
  });

  it.each([{ quantity: 0.5 }, { quantity: 2 ** 31 }, { price: 1 }, { currency: 'USD' }])(
    'does not accept %o',
    async (input) => {
      expect(codesOf(await add(person(), input))).toEqual(['BAD_USER_INPUT']);
    },
  );

  it('holds at most 99 of one line, also when added in parts', async () => {
    const guest = person();
    await add(guest, { quantity: 60 });
    expect(await add(guest, { quantity: 40 })).toMatchObject({
      data: { addToCart: { cart: null, userErrors: [{ code: 'INVALID_QUANTITY' }] } },
    });
    expect(await unit.run(guest, LOOK, { outletId })).toMatchObject({
      data: { cart: { lines: [{ quantity: 60 }] } },
    });
  });

  it("is its owner's alone", async () => {
    const guest = person();
    const added = await add(guest);
    const cartLineId = firstLine(added);
    const input = { cartLineId, quantity: 7 };
    expect(codesOf(await unit.run(STRANGER, UPDATE, { input }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await unit.run(STRANGER, REMOVE, { id: cartLineId }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await unit.run(STRANGER, REMOVE, { id: 'x' }))).toEqual(['NOT_FOUND']);
    const references = [
      { __typename: 'Cart', id: textAt(added, 'addToCart', 'cart', 'id') },
      { __typename: 'CartLine', id: cartLineId },
    ];
    const query = `query ($references: [_Any!]!) { _entities(representations: $references) {
      ... on Cart { total { amount } } ... on CartLine { quantity subtotal { amount } } } }`;
    expect(await unit.run(STRANGER, query, { references })).toEqual({ data: { _entities: [null, null] } });
    expect(await unit.run(guest, query, { references })).toEqual({
      data: {
        _entities: [{ total: { amount: DRINK.price } }, { quantity: 1, subtotal: { amount: DRINK.price } }],
      },
    });
    expect(codesOf(await unit.run(guest, LOOK, { outletId: UNKNOWN_ID }))).toEqual(['NOT_FOUND']);
  });

  it('becomes an order and is empty; the same key leads to the same order', async () => {
    const guest = person();
    await add(guest, { quantity: 2 });
    await add(guest, { menuItemId: LIMITED.id });
    const key = newId();
    const first = await pay(guest, key);
    expect(first).toMatchObject({
      data: {
        checkout: {
          order: {
            status: 'PLACED',
            total: { amount: DRINK.price * 2 + LIMITED.price },
            lines: [{ quantity: 2 }, { quantity: 1 }],
          },
          userErrors: [],
        },
      },
    });
    expect(await unit.run(guest, LOOK, { outletId })).toMatchObject({ data: { cart: { lines: [] } } });
    expect(await pay(guest, key)).toEqual(first);
    expect(await pay(guest)).toEqual({
      data: { checkout: { order: null, userErrors: [{ code: 'CART_EMPTY', field: null }] } },
    });
    expect(await unit.publishedTypes(textAt(first, 'checkout', 'order', 'id'))).toEqual(['order.placed']);
  });

  it('becomes one order when it is checked out 50 times at once', async () => {
    const guest = person();
    await add(guest);
    const key = newId();
    const results = await Promise.all(Array.from({ length: 50 }, () => pay(guest, key)));
    expect(new Set(results.map((result) => textAt(result, 'checkout', 'order', 'id'))).size).toBe(1);
  });

  it('keeps what is added after a checkout when that checkout is retried', async () => {
    const guest = person();
    await add(guest);
    const key = newId();
    const blocker = await unit.pool.connect();
    const isQueued = (number: number) =>
      eventually(async () => {
        const { rowCount } = await unit.pool.query(
          "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
        );
        expect(rowCount).toBe(number);
      });
    try {
      await blocker.query('BEGIN');
      await blocker.query('SELECT FROM cart WHERE customer_id = $1 FOR UPDATE', [guest.customerId]);
      const first = pay(guest, key);
      await isQueued(1);
      const adding = add(guest, { quantity: 5 });
      await isQueued(2);
      const again = pay(guest, key);
      await isQueued(3);
      await blocker.query('COMMIT');
      await adding;
      expect(await again).toEqual(await first);
    } finally {
      blocker.release();
    }
    expect(await unit.run(guest, LOOK, { outletId })).toMatchObject({
      data: { cart: { lines: [{ quantity: 5 }] } },
    });
  });

  it('stays as it is when it cannot become an order', async () => {
    const guest = person();
    const cartLineId = firstLine(await add(guest));
    await unit.pool.query('UPDATE cart_line SET menu_item_id = $2 WHERE id = $1', [cartLineId, newId()]);
    expect(await pay(guest)).toEqual({
      data: {
        checkout: {
          order: null,
          userErrors: [{ code: 'ITEM_UNAVAILABLE', field: ['lines', '0', 'menuItemId'] }],
        },
      },
    });
    expect(await unit.run(guest, LOOK, { outletId })).toMatchObject({
      data: { cart: { lines: [{ id: cartLineId }] } },
    });
  });
});
