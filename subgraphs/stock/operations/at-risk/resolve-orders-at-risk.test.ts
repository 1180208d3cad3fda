import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { CATALOGUE } from '../../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../../prisma/seed/stock.js';
import {
  codesOf,
  startTestSubgraph,
  statementsDuring,
  type TestSubgraph,
} from '../../../../tests/support/subgraph.js';
import { eventually } from '../../../../tests/support/wait.js';
import { startStock } from '../../index.js';
import { BUDI, DEWI, FOREIGN_OUTLET, HQ, OWN_OUTLET, SARI, seededItem } from '../../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

type Result = Awaited<ReturnType<TestSubgraph['run']>>;

const AT_RISK = `ordersAtRisk(first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor } nodes { order { id } quantity reservedAt } }`;

async function atRisk(identity: Identity, id: string, page: object = { first: 10 }): Promise<unknown> {
  const source = `query ($id: ID!, $first: Int, $after: String) { stockItem(id: $id) { ${AT_RISK} } }`;
  const { data } = await stock.run(identity, source, { id, ...page });
  return Object(data).stockItem.ordersAtRisk;
}

const resolve = (identity: Identity, input: object): Promise<Result> =>
  stock.run(
    identity,
    `mutation ($input: ResolveOrdersAtRiskInput!) {
       resolveOrdersAtRisk(input: $input) { stockItem { id } orders { id } userErrors { code field } } }`,
    { input: { action: 'REFUND', idempotencyKey: newId(), ...input } },
  );

const withdrawn = async (orderIds: readonly string[]) => {
  const { rows } = await stock.pool.query<{ data: object }>(
    `SELECT data FROM outbox WHERE type = 'stock.reservation-withdrawn' AND aggregate_id = ANY ($1) ORDER BY id`,
    [orderIds],
  );
  return rows.map(({ data }) => data);
};

/** Has orders for so much each reserved of all that an item has, beside what is reserved of it, and then less found of it. @returns the orders, oldest first. */
async function shortItem(name: string, quantities: readonly number[], missing: number) {
  const { id, ingredientId } = seededItem(name);
  const { rows } = await stock.pool.query<{ reserved: number }>(
    'SELECT reserved FROM stock_item WHERE id = $1',
    [id],
  );
  const wanted = quantities.reduce((sum, quantity) => sum + quantity, rows[0]?.reserved ?? 0);
  const orderIds: string[] = [];
  await count(id, wanted);
  for (const quantity of quantities) {
    const orderId = newId('Order');
    orderIds.push(orderId);
    await stock.deliver('stock.reservations', {
      type: 'order.placed',
      aggregateId: orderId,
      aggregateVersion: 1,
      data: {
        ...{ orderId, number: 'A-1', customerId: newId(), outletId: OWN_OUTLET, franchiseId: newId() },
        ...{ total: 10_000, placedAt: new Date().toISOString(), lines: [] },
        requirements: [{ ingredientId, quantity }],
      },
    });
    await eventually(async () => {
      const { rows } = await stock.pool.query('SELECT FROM reservation WHERE order_id = $1', [orderId]);
      expect(rows).toHaveLength(1);
    });
  }
  await count(id, wanted - missing);
  return { id, orderIds };
}

async function count(stockItemId: string, countedOnHand: number): Promise<void> {
  await stock.run(
    BUDI,
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code } } }',
    { input: { stockItemId, countedOnHand, reason: 'Uji', idempotencyKey: newId() } },
  );
}

test('an item below what is promised names the newest orders that it does not cover, in pages', async () => {
  const { id, orderIds } = await shortItem('Roti Pisang', [5, 4, 3], 6);
  const [, second, newest] = orderIds;
  const reservedAt = expect.any(String);
  const first = await atRisk(SARI, id, { first: 1 });
  expect(first).toEqual({
    totalCount: 2,
    pageInfo: { hasNextPage: true, endCursor: expect.any(String) },
    nodes: [{ order: { id: newest }, quantity: 3, reservedAt }],
  });
  expect(await atRisk(SARI, id, { first: 1, after: Object(first).pageInfo.endCursor })).toMatchObject({
    pageInfo: { hasNextPage: false },
    nodes: [{ order: { id: second }, quantity: 4, reservedAt }],
  });
  await count(id, 12);
  expect(await atRisk(SARI, id)).toMatchObject({ totalCount: 0, nodes: [] });
});

test('a list of items reads the orders at risk of all of them at once', async () => {
  const short = [await shortItem('Kukis Cokelat', [2, 3], 1), await shortItem('Tas Kanvas', [4], 2)];
  const list = (first: number): Promise<Result> =>
    stock.run(
      BUDI,
      `query ($outletId: ID!, $first: Int) { stockItems(outletId: $outletId, first: $first) {
         nodes { id ordersAtRisk(first: 5) { totalCount nodes { order { id } quantity } } } } }`,
      { outletId: OWN_OUTLET, first },
    );
  const { data } = await list(100);
  const nodes: { id: string; ordersAtRisk: object }[] = Object(data).stockItems.nodes;
  for (const { id, orderIds } of short) {
    expect(nodes.find((node) => node.id === id)?.ordersAtRisk).toMatchObject({
      ...{ totalCount: 1, nodes: [{ order: { id: orderIds.at(-1) } }] },
    });
  }
  const statements = await statementsDuring(() => list(100));
  expect(statements.filter((sql) => sql.includes('orders_at_risk'))).toHaveLength(2);
});

test('orders at risk are given up once, by those who cancel orders there', async () => {
  const { id: stockItemId, orderIds } = await shortItem('Roti Bakar', [5, 4, 3], 4);
  const [oldest = '', ...risky] = orderIds;
  expect(codesOf(await resolve(SARI, { stockItemId, orderIds: risky }))).toEqual(['FORBIDDEN']);
  for (const id of [seededItem('Roti Bakar', FOREIGN_OUTLET).id, newId(), 'no-id'])
    expect(codesOf(await resolve(DEWI, { stockItemId: id, orderIds: risky }))).toEqual(['NOT_FOUND']);
  expect((await resolve(BUDI, { stockItemId, orderIds: [...risky, oldest] })).data).toEqual({
    resolveOrdersAtRisk: {
      ...{ stockItem: null, orders: null },
      userErrors: [{ code: 'INVALID_STATE', field: ['orderIds', '2'] }],
    },
  });
  expect(await withdrawn(orderIds)).toEqual([]);
  const input = { stockItemId, orderIds: risky, idempotencyKey: newId() };
  for (let times = 0; times < 2; times++) {
    expect((await resolve(BUDI, input)).data).toEqual({
      resolveOrdersAtRisk: {
        ...{ stockItem: { id: stockItemId }, orders: risky.map((id) => ({ id })) },
        userErrors: [],
      },
    });
  }
  const place = { outletId: OWN_OUTLET, stockItemId };
  expect(await withdrawn(orderIds)).toEqual(risky.map((orderId) => ({ ...place, orderId })));
});

test('nothing is at risk any more once the orders have ended', async () => {
  const { id, orderIds } = await shortItem('Stik Keju', [2, 2], 1);
  await resolve(HQ, { stockItemId: id, orderIds: orderIds.slice(1) });
  const [, orderId = ''] = orderIds;
  await stock.deliver('stock.order-progress', {
    type: 'order.cancelled',
    aggregateId: orderId,
    aggregateVersion: 3,
    data: {
      ...{ orderId, number: 'A-1', customerId: newId(), outletId: OWN_OUTLET, franchiseId: newId() },
      reason: 'Out of stock',
    },
  });
  await eventually(async () => expect(await atRisk(BUDI, id)).toMatchObject({ totalCount: 0 }));
});

describe('another item in place of what ran short', () => {
  const drink = CATALOGUE.menuItems.find(({ isLimited, season }) => !isLimited && season === null);
  if (drink === undefined) throw new Error('The demo chain has drinks.');
  const { id: menuItemId } = drink;
  const offer = (input: object) => resolve(BUDI, { action: 'OFFER', menuItemId, ...input });
  const fault = (code: string) => ({ userErrors: [{ code, field: ['menuItemId'] }] });

  test('is proposed for each order once, where the outlet can make it without what ran short', async () => {
    const { id: stockItemId, orderIds } = await shortItem('Croissant Mentega', [2, 2], 3);
    const input = { stockItemId, orderIds, idempotencyKey: newId() };
    for (let times = 0; times < 2; times++) {
      expect((await offer(input)).data).toMatchObject({ resolveOrdersAtRisk: { userErrors: [] } });
    }
    const { rows } = await stock.pool.query(
      `SELECT aggregate_id AS "orderId", data ->> 'menuItemId' AS "menuItemId", data ->> 'ingredientId' AS "ingredientId"
       FROM outbox WHERE type = 'stock.substitution-proposed' AND aggregate_id = ANY ($1) ORDER BY aggregate_id`,
      [orderIds],
    );
    const { ingredientId } = seededItem('Croissant Mentega');
    expect(rows).toEqual(orderIds.map((orderId) => ({ orderId, menuItemId, ingredientId })));
    expect(await withdrawn(orderIds)).toEqual([]);

    const unknown = { ...input, idempotencyKey: newId(), menuItemId: newId() };
    expect((await offer(unknown)).data).toMatchObject({ resolveOrdersAtRisk: fault('INVALID_INPUT') });
    const nothing = { ...input, idempotencyKey: newId(), menuItemId: null };
    expect((await offer(nothing)).data).toMatchObject({ resolveOrdersAtRisk: fault('INVALID_INPUT') });
    const refunded = { ...input, idempotencyKey: newId(), action: 'REFUND' };
    expect((await offer(refunded)).data).toMatchObject({ resolveOrdersAtRisk: fault('INVALID_INPUT') });
    const takesIt = CATALOGUE.menuItems.find(({ recipe }) =>
      recipe.some((part) => part.ingredientId === ingredientId),
    );
    const same = { ...input, idempotencyKey: newId(), menuItemId: takesIt?.id };
    expect((await offer(same)).data).toMatchObject({ resolveOrdersAtRisk: fault('INVALID_INPUT') });
    await count(seededItem('Tumbler Edisi Terbatas').id, 0);
    const tumbler = CATALOGUE.menuItems.find(({ isLimited }) => isLimited);
    const gone = { ...input, idempotencyKey: newId(), menuItemId: tumbler?.id };
    expect((await offer(gone)).data).toMatchObject({ resolveOrdersAtRisk: fault('OUT_OF_STOCK') });
  });

  /** What is reserved for an order, by the item's name. */
  const reservedFor = async (orderId: string) => {
    const { rows } = await stock.pool.query<{ name: string; quantity: number }>(
      `SELECT name, quantity FROM reservation JOIN stock_item ON stock_item.id = stock_item_id
       JOIN ingredient ON ingredient.id = ingredient_id WHERE order_id = $1 AND state = 'RESERVED' ORDER BY name`,
      [orderId],
    );
    return rows;
  };
  const booksOf = async (stockItemId: string) => {
    const { rows } = await stock.pool.query<{ reserved: number; ledger: number }>(
      `SELECT reserved, (SELECT sum(delta)::int FROM stock_movement WHERE stock_item_id = $1 AND figure = 'RESERVED') AS ledger
       FROM stock_item WHERE id = $1`,
      [stockItemId],
    );
    return rows[0];
  };
  const decided = (orderId: string) =>
    eventually(async () => {
      const { rows } = await stock.pool.query<{ isReserved: boolean }>(
        `SELECT (data ->> 'isReserved')::bool AS "isReserved" FROM outbox
         WHERE type = 'stock.substitution-decided' AND aggregate_id = $1 ORDER BY id DESC`,
        [orderId],
      );
      expect(rows).toHaveLength(1);
      return rows[0]?.isReserved;
    });
  const order = (orderId: string) => ({
    ...{ orderId, number: 'A-1', customerId: newId(), outletId: OWN_OUTLET, franchiseId: newId() },
  });
  const lines = (wanted: Readonly<Record<string, number>>) =>
    Object.entries(wanted).map(([name, quantity]) => ({
      ingredientId: seededItem(name).ingredientId,
      quantity,
    }));
  const accepted = (
    orderId: string,
    released: Readonly<Record<string, number>>,
    wanted: Readonly<Record<string, number>>,
    version = 5,
  ) => ({
    ...({ type: 'order.substitution-changed', aggregateId: orderId, aggregateVersion: version } as const),
    data: {
      ...{ ...order(orderId), menuItemId, name: drink.name },
      ...({ status: 'ACCEPTED', orderStatus: 'PAID' } as const),
      ...{ released: lines(released), requirements: lines(wanted) },
    },
  });

  test('is reserved in place of what was, and the item covers its orders again', async () => {
    const { id, orderIds } = await shortItem('Kopi Kemasan 200 g', [3, 2], 2);
    const [, orderId = ''] = orderIds;
    const other = seededItem('Tumbler Edisi Terbatas');
    await count(other.id, 4);
    await stock.deliver(
      'stock.substitutions',
      accepted(orderId, { 'Kopi Kemasan 200 g': 2 }, { 'Tumbler Edisi Terbatas': 4 }),
    );
    expect(await decided(orderId)).toBe(true);
    expect(await reservedFor(orderId)).toEqual([{ name: 'Tumbler Edisi Terbatas', quantity: 4 }]);
    expect(await atRisk(BUDI, id)).toMatchObject({ totalCount: 0 });
    expect(await booksOf(id)).toEqual({ reserved: 3, ledger: 3 });
    expect(await booksOf(other.id)).toEqual({ reserved: 4, ledger: 4 });
    // The kitchen takes what is reserved now.
    await stock.deliver('stock.order-progress', {
      type: 'order.preparing',
      aggregateId: orderId,
      aggregateVersion: 7,
      data: order(orderId),
    });
    await eventually(async () => expect(await booksOf(other.id)).toEqual({ reserved: 0, ledger: 0 }));
    const { rows } = await stock.pool.query('SELECT on_hand FROM stock_item WHERE id = $1', [other.id]);
    expect(rows).toEqual([{ on_hand: 0 }]);
  });

  test('that is not there changes nothing; what the order has reserved of it is its own', async () => {
    const { id, orderIds } = await shortItem('Tas Kanvas', [3, 2], 2);
    const [, orderId = ''] = orderIds;
    const other = seededItem('Tumbler Edisi Terbatas');
    await count(other.id, 1);
    await stock.deliver(
      'stock.substitutions',
      accepted(orderId, { 'Tas Kanvas': 2 }, { 'Tumbler Edisi Terbatas': 2 }),
    );
    expect(await decided(orderId)).toBe(false);
    expect(await reservedFor(orderId)).toEqual([{ name: 'Tas Kanvas', quantity: 2 }]);
    const books = await booksOf(id);
    expect(books?.reserved).toBe(books?.ledger);
    const [oldest = ''] = orderIds;
    await stock.deliver(
      'stock.substitutions',
      accepted(oldest, { 'Tas Kanvas': 1 }, { 'Tumbler Edisi Terbatas': 1 }),
    );
    expect(await decided(oldest)).toBe(true);
    // What its other lines require is left to it.
    expect(await reservedFor(oldest)).toEqual([
      { name: 'Tas Kanvas', quantity: 2 },
      { name: 'Tumbler Edisi Terbatas', quantity: 1 },
    ]);
  });

  test('is not reserved for an order that has ended, or that stock does not know', async () => {
    const { id, orderIds } = await shortItem('Kukis Cokelat', [2], 1);
    const [orderId = ''] = orderIds;
    await stock.deliver('stock.order-progress', {
      ...{ type: 'order.cancelled', aggregateId: orderId, aggregateVersion: 6 },
      data: { ...order(orderId), reason: 'Out of stock' },
    });
    await eventually(async () => expect(await reservedFor(orderId)).toEqual([]));
    const books = await booksOf(id);
    for (const one of [orderId, newId('Order')]) {
      await stock.deliver('stock.substitutions', accepted(one, {}, { 'Kukis Cokelat': 1 }));
      expect(await decided(one)).toBe(false);
      expect(await reservedFor(one)).toEqual([]);
    }
    expect(await booksOf(id)).toEqual(books);
  });
});
