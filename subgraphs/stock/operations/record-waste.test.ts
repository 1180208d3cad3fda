import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { addDays, todayIn } from '../../../platform/kit/calendar.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { startStock } from '../index.js';
import { BUDI, DEWI, FOREIGN_OUTLET, HQ, OWN_OUTLET, RINA, SARI, seededItem } from '../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

type Result = Awaited<ReturnType<TestSubgraph['run']>>;

const waste = (identity: Identity, input: object): Promise<Result> =>
  stock.run(
    identity,
    `mutation ($input: RecordWasteInput!) { recordWaste(input: $input) {
       waste { id quantity reason madeBy { id } stockItem { id } }
       stockItem { onHand version movements(first: 1) { nodes { delta kind cause { ... on PersonCause { reason person { id } } } waste { id quantity } } } }
       userErrors { code field } } }`,
    { input: { reason: 'Jatuh', idempotencyKey: newId(), ...input } },
  );

function faults(result: Result): string[] {
  const errors: { code: string; field: string[] | null }[] = Reflect.get(
    Object(Reflect.get(Object(result.data), 'recordWaste')),
    'userErrors',
  );
  return errors.map(({ code, field }) => [code, ...(field ?? [])].join(' '));
}

describe('what is thrown away', () => {
  test('leaves a counted item at once, with person and reason, by whoever works at the outlet', async () => {
    const { id, onHand } = seededItem('Kukis Cokelat');
    const result = await waste(SARI, { stockItemId: id, quantity: 4 });
    const { customerId } = SARI;
    const wasteId = textAt(result, 'recordWaste', 'waste', 'id');
    expect(result.data).toEqual({
      recordWaste: {
        waste: {
          ...{ id: wasteId, quantity: 4, reason: 'Jatuh', madeBy: { id: customerId } },
          stockItem: { id },
        },
        stockItem: {
          ...{ onHand: onHand - 4, version: 2 },
          movements: {
            nodes: [
              {
                ...{ delta: -4, kind: 'WASTE', cause: { reason: 'Jatuh', person: { id: customerId } } },
                waste: { id: wasteId, quantity: 4 },
              },
            ],
          },
        },
        userErrors: [],
      },
    });
  });

  test('of a weighed item is recorded, and the scale decides', async () => {
    const { id, onHand } = seededItem('Susu Segar');
    expect((await waste(BUDI, { stockItemId: id, quantity: 500 })).data).toMatchObject({
      recordWaste: {
        waste: { quantity: 500 },
        stockItem: { onHand, movements: { nodes: [{ delta: 0, kind: 'WASTE', waste: { quantity: 500 } }] } },
      },
    });
  });

  test('sent twenty times at once with one key is thrown away once', async () => {
    const { id, onHand } = seededItem('Roti Bakar');
    const input = { stockItemId: id, quantity: 7, idempotencyKey: newId() };
    const results = await Promise.all(Array.from({ length: 20 }, () => waste(BUDI, input)));
    for (const { data } of results)
      expect(data).toMatchObject({ recordWaste: { stockItem: { onHand: onHand - 7 } } });
    expect(faults(await waste(BUDI, { ...input, quantity: 8 }))).toEqual([
      'IDEMPOTENCY_KEY_REUSED idempotencyKey',
    ]);
  });

  test('cannot be more than there is, nothing, or without a reason', async () => {
    const { id, onHand } = seededItem('Roti Pisang');
    const refused = async (input: object) => faults(await waste(BUDI, { stockItemId: id, ...input }));
    expect(await refused({ quantity: onHand + 1 })).toEqual(['INVALID_QUANTITY quantity']);
    expect(await refused({ quantity: 0, reason: ' ' })).toEqual([
      'INVALID_QUANTITY quantity',
      'INVALID_INPUT reason',
    ]);
    const { rows } = await stock.pool.query('SELECT on_hand FROM stock_item WHERE id = $1', [id]);
    expect(rows).toEqual([{ on_hand: onHand }]);
    expect(codesOf(await waste(RINA, { stockItemId: id, quantity: 1 }))).toEqual(['FORBIDDEN']);
    for (const stockItemId of [seededItem('Roti Pisang', FOREIGN_OUTLET).id, newId(), 'no-id'])
      expect(codesOf(await waste(DEWI, { stockItemId, quantity: 1 }))).toEqual(['NOT_FOUND']);
  });

  test('is listed by place, item and time, newest first', async () => {
    const { id } = seededItem('Stik Keju');
    for (const quantity of [1, 2]) await waste(SARI, { stockItemId: id, quantity });
    const query = `query ($scope: SalesScopeInput, $id: ID, $from: DateTime, $to: DateTime) {
      waste(scope: $scope, stockItemId: $id, from: $from, to: $to) { totalCount nodes { quantity } } }`;
    const listed = (identity: Identity, variables: object) => stock.run(identity, query, { ...variables });
    const both = { waste: { totalCount: 2, nodes: [{ quantity: 2 }, { quantity: 1 }] } };
    const from = new Date(Date.now() - 3_600_000).toISOString();
    expect((await listed(SARI, { id, from, scope: { outletId: OWN_OUTLET } })).data).toEqual(both);
    for (const variables of [{ id, to: from }, { id: newId() }, { id: 'no-id' }])
      expect((await listed(HQ, variables)).data).toEqual({ waste: { totalCount: 0, nodes: [] } });
    expect(codesOf(await listed(SARI, { scope: { outletId: FOREIGN_OUTLET } }))).toEqual(['NOT_FOUND']);
  });
});

describe('what expires soon', () => {
  const today = todayIn('Asia/Jakarta');
  const receive = (lines: object[]) =>
    stock.run(
      BUDI,
      'mutation ($input: ReceiveDeliveryInput!) { receiveDelivery(input: $input) { userErrors { code field } } }',
      { input: { outletId: OWN_OUTLET, lines, idempotencyKey: newId() } },
    );
  const QUERY = `query ($scope: SalesScopeInput, $until: Date, $first: Int, $after: String) {
    expiringStock(scope: $scope, until: $until, first: $first, after: $after) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes { quantity bestBefore daysLeft stockItem { id } delivery { id } } } }`;
  const batches = async (identity: Identity, variables: object = {}) => {
    const { data } = await stock.run(identity, QUERY, { ...variables });
    return Reflect.get(Object(data), 'expiringStock');
  };

  const leave = (stockItemId: string, countedOnHand: number) =>
    stock.run(
      BUDI,
      'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code } } }',
      { input: { stockItemId, countedOnHand, reason: 'Hitung', idempotencyKey: newId() } },
    );

  test('is what is left of deliveries, if what expires first goes first', async () => {
    const { id: stockItemId, onHand } = seededItem('Croissant Mentega');
    const days = [addDays(today, 1), addDays(today, 3), addDays(today, 9)];
    await receive([
      { stockItemId, quantity: 30, bestBefore: days[1] },
      { stockItemId, quantity: 20, bestBefore: days[0] },
      { stockItemId, quantity: 50, bestBefore: days[2] },
    ]);
    const all = [
      { stockItem: { id: stockItemId }, bestBefore: days[0], daysLeft: 1, quantity: 20 },
      { stockItem: { id: stockItemId }, bestBefore: days[1], daysLeft: 3, quantity: 30 },
    ];
    const scope = { outletId: OWN_OUTLET };
    expect(onHand).toBeGreaterThan(100);
    expect(await batches(SARI, { scope })).toMatchObject({ totalCount: 2, nodes: all });
    await leave(stockItemId, 90);
    expect(await batches(SARI, { scope })).toMatchObject({ nodes: [{ quantity: 10 }, { quantity: 30 }] });
    await leave(stockItemId, 60);
    expect(await batches(HQ)).toMatchObject({ nodes: [{ bestBefore: days[1], quantity: 10 }] });
    await leave(stockItemId, 40);
    expect(await batches(SARI, { scope })).toMatchObject({ totalCount: 0, nodes: [] });
    expect(await batches(SARI, { scope, until: days[2] })).toMatchObject({
      nodes: [{ daysLeft: 9, quantity: 40 }],
    });
  });

  test('is not hidden by goods of a longer date that came before and are gone', async () => {
    const { id: stockItemId } = seededItem('Roti Pisang');
    const scope = { outletId: OWN_OUTLET };
    await receive([{ stockItemId, quantity: 100, bestBefore: addDays(today, 40) }]);
    await leave(stockItemId, 0);
    await receive([{ stockItemId, quantity: 20, bestBefore: addDays(today, -2) }]);
    expect(await batches(SARI, { scope })).toMatchObject({
      nodes: [{ stockItem: { id: stockItemId }, daysLeft: -2, quantity: 20 }],
    });
    await receive([{ stockItemId, quantity: 15 }]);
    await leave(stockItemId, 25);
    expect(await batches(SARI, { scope })).toMatchObject({ nodes: [{ daysLeft: -2, quantity: 10 }] });
    await leave(stockItemId, 15);
    expect(await batches(SARI, { scope })).toMatchObject({ totalCount: 0 });
  });

  test.each(['0001-01-01', addDays(todayIn('UTC'), -61), addDays(todayIn('UTC'), 3_660), '9999-12-31'])(
    'takes no delivery that is good until %s',
    async (bestBefore) => {
      const { id: stockItemId } = seededItem('Roti Pisang');
      const refused = await receive([
        { stockItemId, quantity: 1 },
        { stockItemId, quantity: 1, bestBefore },
      ]);
      expect(refused).toMatchObject({
        data: {
          receiveDelivery: { userErrors: [{ code: 'INVALID_INPUT', field: ['lines', '1', 'bestBefore'] }] },
        },
      });
    },
  );

  test('comes in pages, what is over first, of the caller’s outlets alone', async () => {
    const [tote, pack] = [seededItem('Tas Kanvas'), seededItem('Kopi Kemasan 200 g')];
    const yesterday = addDays(today, -1);
    await receive([
      { stockItemId: tote.id, quantity: 5, bestBefore: today },
      { stockItemId: pack.id, quantity: 6, bestBefore: yesterday },
    ]);
    const scope = { outletId: OWN_OUTLET };
    const first = await batches(SARI, { scope, first: 1 });
    expect(first).toMatchObject({ nodes: [{ daysLeft: -1, quantity: 6 }], pageInfo: { hasNextPage: true } });
    const { endCursor } = Reflect.get(first, 'pageInfo');
    expect(await batches(SARI, { scope, first: 1, after: endCursor })).toMatchObject({
      ...{ nodes: [{ daysLeft: 0, quantity: 5 }], pageInfo: { hasNextPage: false } },
    });
    const broken = Buffer.from('2026-01-01\0').toString('base64url');
    expect(codesOf(await stock.run(SARI, QUERY, { after: broken }))).toEqual(['BAD_USER_INPUT']);
    expect(codesOf(await stock.run(SARI, QUERY, { scope: { outletId: FOREIGN_OUTLET } }))).toEqual([
      'NOT_FOUND',
    ]);
    expect(codesOf(await stock.run(RINA, QUERY))).toEqual(['FORBIDDEN']);
    const foreign = await stock.run(HQ, QUERY, { scope: { outletId: FOREIGN_OUTLET } });
    expect(foreign.data).toMatchObject({ expiringStock: { totalCount: 0 } });
  });
});
