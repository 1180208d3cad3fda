import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { NewEvent } from '../../../platform/events/envelope.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { startStock } from '../index.js';
import { BUDI, FOREIGN_OUTLET, OWN_OUTLET, SARI, seededItem } from '../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

let streams: AsyncGenerator<unknown>[] = [];
beforeEach(() => {
  streams = [];
});
afterEach(() => Promise.all(streams.map((stream) => stream.return(undefined))));

async function watch(identity: Identity, query: string, variables: Record<string, unknown>) {
  const stream = await stock.subscribe(identity, query, variables);
  streams.push(stream);
  return {
    async next(): Promise<unknown> {
      const { value } = await stream.next();
      if (!value) throw new Error('The stream has ended');
      if (value.errors) throw new Error(JSON.stringify(value.errors));
      return Object.values(value.data ?? {})[0];
    },
    stream,
  };
}

const LEVELS = `subscription ($outletId: ID!, $ids: [ID!]) { stockLevelChanged(outletId: $outletId, stockItemIds: $ids) {
  onHand available version at stockItem { id reserved }
  cause { __typename traceId ... on OrderCause { order { id } } ... on PersonCause { reason } } } }`;
const ALERTS = `subscription ($outletId: ID!) { lowStock(outletId: $outletId) {
  kind isOver available reorderPoint stockItem { id } ordersAtRisk { id } } }`;

async function count(stockItemId: string, countedOnHand: number): Promise<void> {
  const { errors } = await stock.run(
    BUDI,
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code } } }',
    { input: { stockItemId, countedOnHand, reason: 'Uji', idempotencyKey: newId() } },
  );
  expect(errors).toBeUndefined();
}

function placed(ingredientId: string, quantity: number): NewEvent & { aggregateId: string } {
  const orderId = newId();
  return {
    type: 'order.placed',
    aggregateId: orderId,
    aggregateVersion: 1,
    data: {
      orderId,
      number: 'A-1',
      customerId: newId(),
      outletId: OWN_OUTLET,
      franchiseId: newId(),
      total: 10_000,
      placedAt: new Date().toISOString(),
      lines: [],
      requirements: [{ ingredientId, quantity }],
    },
  };
}

test('levels start with a snapshot; each change follows with its cause and a higher version', async () => {
  const { id, ingredientId, onHand } = seededItem('Kukis Cokelat');
  const levels = await watch(SARI, LEVELS, { outletId: OWN_OUTLET, ids: [id] });
  expect(await levels.next()).toMatchObject({
    onHand,
    available: onHand,
    version: 1,
    cause: null,
    stockItem: { id },
  });

  await count(id, 500);
  expect(await levels.next()).toMatchObject({
    onHand: 500,
    version: 2,
    cause: { __typename: 'PersonCause', reason: 'Uji', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) },
  });
  const event = placed(ingredientId, 30);
  await stock.deliver('stock.reservations', event);
  expect(await levels.next()).toMatchObject({
    onHand: 500,
    available: 470,
    version: 3,
    stockItem: { id, reserved: 30 },
    cause: { __typename: 'OrderCause', order: { id: event.aggregateId } },
  });
});

test('the cause of a changed reorder point is the person who changed it, not the last movement', async () => {
  const { id } = seededItem('Croissant Mentega');
  const levels = await watch(SARI, LEVELS, { outletId: OWN_OUTLET, ids: [id] });
  await levels.next();
  const before = Date.now();
  await stock.run(
    BUDI,
    'mutation ($input: UpdateStockItemInput!) { updateStockItem(input: $input) { userErrors { code } } }',
    { input: { stockItemId: id, reorderPoint: 7 } },
  );
  const change = await levels.next();
  expect(change).toMatchObject({
    version: 2,
    cause: { __typename: 'PersonCause', reason: null, traceId: expect.stringMatching(/^[0-9a-f]{32}$/) },
  });
  expect(Date.parse(String(Reflect.get(Object(change), 'at')))).toBeGreaterThanOrEqual(before);
  await count(id, 500);
  expect(await levels.next()).toMatchObject({ version: 3, cause: { reason: 'Uji' } });
});

test('without ids, all levels of the outlet are sent', async () => {
  const levels = await watch(SARI, LEVELS, { outletId: OWN_OUTLET });
  const seen = new Set<unknown>();
  for (let index = 0; index < 46; index += 1) {
    const change = await levels.next();
    seen.add(Reflect.get(Object(Reflect.get(Object(change), 'stockItem')), 'id'));
  }
  expect(seen.size).toBe(46);
});

test('outlets and items outside the scope are NOT_FOUND', async () => {
  const foreign = seededItem('Kukis Cokelat', FOREIGN_OUTLET).id;
  await expect(watch(SARI, LEVELS, { outletId: FOREIGN_OUTLET })).rejects.toThrow('NOT_FOUND');
  await expect(watch(SARI, LEVELS, { outletId: OWN_OUTLET, ids: [foreign] })).rejects.toThrow('NOT_FOUND');
  await expect(watch(SARI, ALERTS, { outletId: FOREIGN_OUTLET })).rejects.toThrow('NOT_FOUND');
});

test('a stream that waits for a change ends at once when it is returned', async () => {
  const { id } = seededItem('Kukis Cokelat');
  const levels = await watch(SARI, LEVELS, { outletId: OWN_OUTLET, ids: [id] });
  await levels.next();
  const waiting = levels.stream.next();
  await levels.stream.return();
  expect(await waiting).toMatchObject({ done: true });
});

test('an item that becomes low raises one alert, a level below what is reserved names the orders at risk, and each is over once', async () => {
  const { id, ingredientId, reorderPoint } = seededItem('Roti Pisang');
  const alerts = await watch(SARI, ALERTS, { outletId: OWN_OUTLET });
  const event = placed(ingredientId, 10);
  await stock.deliver('stock.reservations', event);
  await count(id, reorderPoint + 10);
  expect(await alerts.next()).toEqual({
    kind: 'LOW',
    isOver: false,
    available: reorderPoint,
    reorderPoint,
    stockItem: { id },
    ordersAtRisk: [],
  });
  await count(id, reorderPoint + 5);
  await count(id, 4);
  expect(await alerts.next()).toEqual({
    kind: 'AT_RISK',
    isOver: false,
    available: 0,
    reorderPoint,
    stockItem: { id },
    ordersAtRisk: [{ id: event.aggregateId }],
  });

  const late = await watch(SARI, ALERTS, { outletId: OWN_OUTLET });
  expect([await late.next(), await late.next()]).toMatchObject([
    { kind: 'LOW', stockItem: { id } },
    { kind: 'AT_RISK', stockItem: { id }, ordersAtRisk: [{ id: event.aggregateId }] },
  ]);

  await count(id, reorderPoint + 50);
  for (const watched of [alerts, late])
    expect([await watched.next(), await watched.next()]).toMatchObject([
      { kind: 'LOW', isOver: true, available: reorderPoint + 40, stockItem: { id }, ordersAtRisk: [] },
      { kind: 'AT_RISK', isOver: true, stockItem: { id }, ordersAtRisk: [] },
    ]);
  await count(id, reorderPoint + 10);
  expect(await alerts.next()).toMatchObject({ kind: 'LOW', isOver: false, stockItem: { id } });
});
