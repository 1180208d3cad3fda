import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
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

/** Has orders for so much each reserved of all that an item has, and then less found of it. @returns the orders, oldest first. */
async function shortItem(name: string, quantities: readonly number[], missing: number) {
  const { id, ingredientId } = seededItem(name);
  const wanted = quantities.reduce((sum, quantity) => sum + quantity, 0);
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
