import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { seedStock } from '../../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph } from '../../../../tests/support/subgraph.js';
import { startStock } from '../../index.js';
import { BUDI, DEWI, FOREIGN_OUTLET, HQ, OWN_OUTLET, RINA, SARI, seededItem } from '../../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

beforeEach(async () => {
  const { data } = await stock.run(HQ, '{ stockCounts(state: [OPEN]) { nodes { id } } }');
  for (const { id } of Object(data).stockCounts.nodes) await end('abandonStockCount', HQ, id);
});

type Result = Awaited<ReturnType<TestSubgraph['run']>>;

interface Payload {
  readonly stockCount: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] | null }[];
}

const FIELDS = `stockCount { id status items counted different cost { amount } } userErrors { code field }`;

const start = (identity: Identity, input: object = {}): Promise<Result> =>
  stock.run(
    identity,
    `mutation ($input: StartStockCountInput!) { startStockCount(input: $input) { ${FIELDS} } }`,
    { input: { outletId: OWN_OUTLET, idempotencyKey: newId(), ...input } },
  );

const enter = (
  identity: Identity,
  countId: string,
  ...entries: readonly [string, number][]
): Promise<Result> =>
  stock.run(
    identity,
    `mutation ($input: EnterStockCountInput!) { enterStockCount(input: $input) { ${FIELDS} } }`,
    {
      input: {
        countId,
        entries: entries.map(([stockItemId, countedOnHand]) => ({ stockItemId, countedOnHand })),
        idempotencyKey: newId(),
      },
    },
  );

function end(
  step: 'confirmStockCount' | 'abandonStockCount',
  identity: Identity,
  id: string,
): Promise<Result> {
  return stock.run(identity, `mutation ($id: ID!) { ${step}(id: $id) { ${FIELDS} } }`, { id });
}

function payloadOf({ data }: Result): Payload {
  const [payload] = Object.values<Payload | null>(Object(data));
  if (payload == null) throw new Error('It was refused as a whole');
  return payload;
}

function faults(result: Result): string[] {
  return payloadOf(result).userErrors.map(({ code, field }) => [code, ...(field ?? [])].join(' '));
}

async function started(...stockItemIds: string[]): Promise<string> {
  const { stockCount } = payloadOf(await start(BUDI, stockItemIds.length > 0 ? { stockItemIds } : {}));
  if (stockCount === null) throw new Error('It was refused');
  return stockCount.id;
}

async function linesOf(identity: Identity, id: string, filter: object = {}): Promise<unknown> {
  const { data } = await stock.run(
    identity,
    `query ($id: ID!, $isCounted: Boolean, $isDifferent: Boolean) { stockCount(id: $id) {
       lines(isCounted: $isCounted, isDifferent: $isDifferent, first: 5) { nodes {
         stockItem { id } expected counted difference adjusted countedBy { id } cost { amount } } } } }`,
    { id, ...filter },
  );
  return Object(data).stockCount.lines.nodes;
}

async function waste(stockItemId: string, quantity: number): Promise<void> {
  await stock.run(
    SARI,
    'mutation ($input: RecordWasteInput!) { recordWaste(input: $input) { userErrors { code } } }',
    { input: { stockItemId, quantity, reason: 'Jatuh', idempotencyKey: newId() } },
  );
}

async function levelOf(id: string): Promise<unknown> {
  const { data } = await stock.run(
    BUDI,
    `query ($id: ID!) { stockItem(id: $id) { onHand movements(first: 1) { nodes { kind delta } } } }`,
    { id },
  );
  const { onHand, movements } = Object(data).stockItem;
  return { onHand, last: movements.nodes[0] };
}

describe('a count of an outlet', () => {
  test('begins with all its items and what is expected of each, one at a time and once per key', async () => {
    const idempotencyKey = newId();
    const first = await start(BUDI, { idempotencyKey });
    expect(first.data).toMatchObject({
      startStockCount: {
        stockCount: { status: 'OPEN', items: 46, counted: 0, different: 0 },
        userErrors: [],
      },
    });
    expect((await start(BUDI, { idempotencyKey })).data).toEqual(first.data);
    expect(faults(await start(DEWI))).toEqual(['INVALID_STATE outletId']);
    for (const [identity, code] of [
      [SARI, 'FORBIDDEN'],
      [RINA, 'FORBIDDEN'],
    ] as const)
      expect(codesOf(await start(identity))).toEqual([code]);
    expect(codesOf(await start(DEWI, { outletId: FOREIGN_OUTLET }))).toEqual(['NOT_FOUND']);
  });

  test('is entered by several people, a few items at a time; a figure that is entered again replaces the former one', async () => {
    const [cookie, toast] = [seededItem('Kukis Cokelat'), seededItem('Roti Bakar')];
    const id = await started(cookie.id, toast.id);
    await enter(SARI, id, [cookie.id, cookie.onHand - 5]);
    await enter(BUDI, id, [cookie.id, cookie.onHand - 3]);
    expect(await linesOf(SARI, id, { isCounted: true })).toEqual([
      {
        ...{ stockItem: { id: cookie.id }, expected: cookie.onHand, counted: cookie.onHand - 3 },
        ...{ difference: -3, adjusted: null, countedBy: { id: BUDI.customerId }, cost: null },
      },
    ]);
    expect(await linesOf(SARI, id, { isCounted: false })).toMatchObject([
      { stockItem: { id: toast.id }, expected: toast.onHand, counted: null, difference: null },
    ]);
    expect((await enter(SARI, id, [toast.id, toast.onHand])).data).toMatchObject({
      enterStockCount: { stockCount: { items: 2, counted: 2, different: 1 } },
    });
    expect(await levelOf(cookie.id)).toMatchObject({ onHand: cookie.onHand });
  });

  test('is compared with the level once, however often an entry is sent with its key', async () => {
    const item = seededItem('Kopi Kemasan 200 g');
    const id = await started(item.id);
    const entry = (idempotencyKey: string, countedOnHand: number) =>
      stock.run(
        SARI,
        `mutation ($input: EnterStockCountInput!) { enterStockCount(input: $input) { ${FIELDS} } }`,
        { input: { countId: id, entries: [{ stockItemId: item.id, countedOnHand }], idempotencyKey } },
      );
    const [key, onHand] = [newId(), Number(Object(await levelOf(item.id)).onHand)];
    const first = await entry(key, onHand);
    await waste(item.id, 2);
    expect(await entry(key, onHand)).toEqual(first);
    expect(await linesOf(SARI, id)).toMatchObject([{ expected: onHand, counted: onHand, difference: 0 }]);
    expect(faults(await entry(key, 1))).toEqual(['IDEMPOTENCY_KEY_REUSED idempotencyKey']);
    await end('abandonStockCount', BUDI, id);
    expect(payloadOf(await entry(key, onHand)).stockCount).toMatchObject({ id, status: 'ABANDONED' });
    expect(faults(await entry(newId(), onHand))).toEqual(['INVALID_STATE countId']);
  });

  test('moves levels by the difference of the moment at which an item was counted', async () => {
    const [cookie, toast, milk] = [
      seededItem('Kukis Cokelat'),
      seededItem('Roti Bakar'),
      seededItem('Susu Segar'),
    ];
    const id = await started(cookie.id, toast.id, milk.id);
    await waste(cookie.id, 10);
    await enter(SARI, id, [cookie.id, cookie.onHand - 12], [milk.id, milk.onHand - 40]);
    await waste(cookie.id, 7);
    for (let times = 0; times < 2; times++) {
      expect((await end('confirmStockCount', BUDI, id)).data).toMatchObject({
        confirmStockCount: { stockCount: { status: 'CONFIRMED', different: 2 }, userErrors: [] },
      });
    }
    expect(await levelOf(cookie.id)).toEqual({
      onHand: cookie.onHand - 10 - 7 - 2,
      last: { kind: 'COUNT', delta: -2 },
    });
    // The scale decides.
    expect(await levelOf(milk.id)).toEqual({ onHand: milk.onHand, last: { kind: 'COUNT', delta: 0 } });
    expect(await levelOf(toast.id)).toMatchObject({ onHand: toast.onHand });
    expect(await linesOf(BUDI, id, { isDifferent: true })).toMatchObject(
      [
        { stockItem: { id: cookie.id }, expected: cookie.onHand - 10, difference: -2, adjusted: -2 },
        { stockItem: { id: milk.id }, difference: -40, adjusted: 0 },
      ].toSorted((one, other) => (one.stockItem.id < other.stockItem.id ? -1 : 1)),
    );
    expect(faults(await end('abandonStockCount', BUDI, id))).toEqual(['INVALID_STATE id']);
    expect(faults(await enter(SARI, id, [cookie.id, 1]))).toEqual(['INVALID_STATE countId']);
  });

  test('does not book twice what somebody has set meanwhile', async () => {
    const { id: item } = seededItem('Roti Bakar');
    const id = await started(item);
    const { onHand } = Object(await levelOf(item));
    await enter(SARI, id, [item, onHand - 20]);
    const input = { stockItemId: item, countedOnHand: onHand - 20, reason: 'Rusak', idempotencyKey: newId() };
    await stock.run(
      BUDI,
      'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code } } }',
      { input },
    );
    await end('confirmStockCount', BUDI, id);
    expect(await levelOf(item)).toMatchObject({ onHand: onHand - 20 });
  });

  test('lets no level fall below 0, whatever was sold since', async () => {
    const { id: itemId, onHand } = seededItem('Roti Pisang');
    const id = await started(itemId);
    await enter(SARI, id, [itemId, 1]);
    await waste(itemId, onHand - 3);
    await end('confirmStockCount', BUDI, id);
    expect(await levelOf(itemId)).toEqual({ onHand: 0, last: { kind: 'COUNT', delta: -3 } });
  });

  test('moves nothing when it is abandoned, and another one may begin', async () => {
    const { id: itemId, onHand } = seededItem('Stik Keju');
    const id = await started(itemId);
    await enter(SARI, id, [itemId, 1]);
    expect((await end('abandonStockCount', DEWI, id)).data).toMatchObject({
      abandonStockCount: { stockCount: { status: 'ABANDONED' }, userErrors: [] },
    });
    expect(await levelOf(itemId)).toMatchObject({ onHand });
    expect(faults(await end('confirmStockCount', BUDI, id))).toEqual(['INVALID_STATE id']);
    await started(itemId);
  });

  test('shows what differences cost to those who read purchases alone', async () => {
    const { id: itemId, ingredientId, onHand } = seededItem('Tas Kanvas');
    await stock.run(
      HQ,
      'mutation ($input: CreateSupplierInput!) { createSupplier(input: $input) { userErrors { code } } }',
      { input: { name: 'PT Tas', prices: [{ ingredientId, packSize: 2, price: 30_000 }] } },
    );
    const id = await started(itemId);
    expect((await enter(SARI, id, [itemId, onHand - 3])).data).toMatchObject({
      enterStockCount: { stockCount: { different: 1, cost: null } },
    });
    expect(await linesOf(BUDI, id)).toMatchObject([{ cost: { amount: -45_000 } }]);
    const { data } = await stock.run(BUDI, 'query ($id: ID!) { stockCount(id: $id) { cost { amount } } }', {
      id,
    });
    expect(data).toEqual({ stockCount: { cost: { amount: -45_000 } } });
  });

  test('takes figures of its own items alone, each once, from 0 on, all or none', async () => {
    const [cookie, toast] = [seededItem('Kukis Cokelat'), seededItem('Roti Bakar')];
    const id = await started(cookie.id);
    for (const other of [toast.id, newId(), 'no-id'])
      expect(faults(await enter(SARI, id, [cookie.id, 1], [other, 1]))).toEqual([
        'NOT_FOUND entries 1 stockItemId',
      ]);
    expect(faults(await enter(SARI, id, [cookie.id, 1], [cookie.id, 2]))).toEqual(['INVALID_INPUT entries']);
    expect(faults(await enter(SARI, id, [cookie.id, -1]))).toEqual([
      'INVALID_QUANTITY entries 0 countedOnHand',
    ]);
    expect(await linesOf(BUDI, id)).toMatchObject([{ counted: null }]);
    for (const other of [newId(), 'no-id'])
      expect(codesOf(await enter(SARI, other, [cookie.id, 1]))).toEqual(['NOT_FOUND']);
    expect(faults(await start(HQ, { stockItemIds: [cookie.id], outletId: FOREIGN_OUTLET }))).toEqual([
      'NOT_FOUND stockItemIds',
    ]);
  });
});
