import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { addDays, dayIn } from '../../../platform/kit/calendar.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
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
  UNKNOWN_OUTLET,
} from '../testing/harness.js';

const TODAY = dayIn('Asia/Jakarta', new Date());
/** The chain has outlets in three time zones. */
const DAYS = { from: addDays(TODAY, -1), to: addDays(TODAY, 1) };

const REPORT = `query ($scope: SalesScopeInput, $from: Date!, $to: Date!, $by: UsageGrouping! = ITEM, $stockItemId: ID, $first: Int! = 100) {
  usageReport(scope: $scope, from: $from, to: $to, by: $by, stockItemId: $stockItemId, first: $first) {
    totalCount rows { stockItem { id } expected measured wasted unexplained cost { amount } } } }`;
const LEDGER = `query ($from: Date!, $to: Date!, $stockItemId: ID, $kind: [StockMovementKind!]) {
  usageReport(from: $from, to: $to, stockItemId: $stockItemId) { rows {
    from to movements(kind: $kind) { totalCount nodes { kind delta cause { ... on PersonCause { person { id } reason } } } } } } }`;

let stock: TestSubgraph;
/** Of Budi's outlet, and of an outlet of another franchise: each 10 less than the books said. */
let own: { readonly id: string; readonly ingredientId: string };
let foreign: { readonly id: string };
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
  own = await missing(OWN_OUTLET);
  foreign = await missing(FOREIGN_OUTLET);
});
afterAll(() => stock.stop());

async function databaseTime(): Promise<Date> {
  const { rows } = await stock.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
  return rows[0]?.now ?? new Date();
}

/** A report is as of the moment before which nothing can come any more: a worker's open transaction holds it back. */
const isReported = (at: Date) =>
  eventually(async () => {
    const { data } = await stock.run(
      HQ,
      'query ($from: Date!, $to: Date!) { usageReport(from: $from, to: $to) { asOf } }',
      { ...DAYS },
    );
    const { usageReport } = JSON.parse(JSON.stringify(data));
    expect(Date.parse(usageReport.asOf)).toBeGreaterThan(at.getTime());
  });

/** Of the outlet's counted items, the one at `place`. Returns once reports include the count. */
async function missing(outletId: string, quantity = 10, place = 0): Promise<typeof own> {
  const item = CATALOGUE.stockItems.filter((one) => one.outletId === outletId && one.tracking === 'COUNT')[
    place
  ];
  if (item === undefined) throw new Error(`Nothing is counted at ${outletId}`);
  const { rows } = await stock.pool.query<{ on_hand: number }>(
    'SELECT on_hand FROM stock_item WHERE id = $1',
    [item.id],
  );
  const countedOnHand = (rows[0]?.on_hand ?? 0) - quantity;
  const input = { stockItemId: item.id, countedOnHand, reason: 'Hitung', idempotencyKey: newId() };
  const counted = await stock.run(
    HQ,
    'mutation ($input: AdjustStockInput!) { adjustStock(input: $input) { userErrors { code } } }',
    { input },
  );
  expect(counted).toEqual({ data: { adjustStock: { userErrors: [] } } });
  await isReported(await databaseTime());
  return item;
}

const report = (identity: Identity, variables: object = {}) =>
  stock.run(identity, REPORT, { ...DAYS, ...variables });

const rowOf = ({ id }: { readonly id: string }) =>
  expect.objectContaining({
    ...{ stockItem: { id }, expected: 0, measured: 10, wasted: 0, unexplained: 10 },
  });

describe('a usage report', () => {
  test('covers the caller’s own outlets, and everything for head office', async () => {
    for (const identity of [BUDI, DEWI]) {
      expect(await report(identity)).toEqual({
        data: { usageReport: { totalCount: 1, rows: [rowOf(own)] } },
      });
    }
    const rows = expect.arrayContaining([rowOf(own), rowOf(foreign)]);
    expect(await report(HQ)).toEqual({ data: { usageReport: { totalCount: 2, rows } } });
    expect(await report(HQ, { first: 1 })).toMatchObject({ data: { usageReport: { totalCount: 2 } } });
    const there = { scope: { outletId: FOREIGN_OUTLET }, by: 'DAY' };
    expect(await report(HQ, there)).toEqual({
      data: { usageReport: { totalCount: 1, rows: [rowOf(foreign)] } },
    });
  });

  test('is for managers, owners and head office', async () => {
    expect(codesOf(await report(ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
    for (const identity of [RINA, SARI]) expect(codesOf(await report(identity))).toEqual(['FORBIDDEN']);
  });

  test('of another franchise, or of one of its items, is NOT_FOUND, as of what does not exist', async () => {
    const franchiseId = CATALOGUE.outlets.find(({ id }) => id === FOREIGN_OUTLET)?.franchiseId;
    const places = [FOREIGN_OUTLET, UNKNOWN_OUTLET, 'no-id'].map((outletId) => ({ scope: { outletId } }));
    const items = [foreign.id, UNKNOWN_OUTLET, 'no-id'].map((stockItemId) => ({ stockItemId }));
    for (const variables of [...places, ...items, { scope: { franchiseId } }]) {
      for (const identity of [BUDI, DEWI]) {
        expect(codesOf(await report(identity, variables))).toEqual(['NOT_FOUND']);
      }
    }
  });

  test.each([
    [{ from: '2026-10-01', to: '2026-11-01' }, 'A usage report spans 31 days at the most'],
    [{ from: '2026-10-02', to: '2026-10-01' }, 'from must not be after to'],
    [{ first: 0 }, 'first must be between 1 and 1000'],
    [{ first: 1_001 }, 'first must be between 1 and 1000'],
  ])('of %o is refused', async (variables, message) => {
    const refused = await report(BUDI, variables);
    expect(codesOf(refused)).toEqual(['BAD_USER_INPUT']);
    expect(refused.errors?.[0]?.message).toBe(message);
  });

  test('of 31 days is made', async () => {
    expect(codesOf(await report(BUDI, { from: '2026-10-01', to: '2026-10-31' }))).toEqual([]);
  });

  test('opens the movements behind a row, by their kind', async () => {
    const ledger = (kind: readonly string[]) =>
      stock.run(BUDI, LEDGER, { ...DAYS, stockItemId: own.id, kind });
    expect(await ledger(['COUNT'])).toMatchObject({
      data: {
        usageReport: {
          rows: [
            {
              movements: {
                totalCount: 1,
                nodes: [
                  { kind: 'COUNT', delta: -10, cause: { person: { id: HQ.customerId }, reason: 'Hitung' } },
                ],
              },
            },
          ],
        },
      },
    });
    expect(await ledger(['READING'])).toMatchObject({
      data: { usageReport: { rows: [{ movements: { totalCount: 0, nodes: [] } }] } },
    });
  });

  test('prices what is missing as the supplier whose price was updated last', async () => {
    const costs = async () => {
      const { data } = await report(BUDI, { stockItemId: own.id });
      return data;
    };
    await stock.pool.query('UPDATE supplier_price SET removed_at = now() WHERE ingredient_id = $1', [
      own.ingredientId,
    ]);
    expect(await costs()).toMatchObject({ usageReport: { rows: [{ cost: null }] } });
    for (const [name, price] of [
      ['Lama', 9_000],
      ['Baru', 12_345],
    ]) {
      const prices = [{ ingredientId: own.ingredientId, packSize: 100, price }];
      const created = await stock.run(
        HQ,
        'mutation ($input: CreateSupplierInput!) { createSupplier(input: $input) { userErrors { code } } }',
        { input: { name, prices } },
      );
      expect(created).toEqual({ data: { createSupplier: { userErrors: [] } } });
    }
    expect(await costs()).toMatchObject({ usageReport: { rows: [{ cost: { amount: 1_235 } }] } });
  });

  test('answers the same as of a moment for good, whatever is counted and thrown away since', async () => {
    const query = REPORT.replace('$first: Int! = 100)', '$first: Int! = 100, $asOf: DateTime)')
      .replace('first: $first) {', 'first: $first, asOf: $asOf) { asOf')
      .replace('cost { amount }', '');
    const at = async (asOf?: string) => {
      const { data, errors } = await stock.run(HQ, query, { ...DAYS, asOf });
      expect(errors).toBeUndefined();
      return JSON.parse(JSON.stringify(data)).usageReport;
    };
    const before = await at();
    await missing(OWN_OUTLET, 7, 3);
    const since = await at();
    expect(since.totalCount).toBe(before.totalCount + 1);
    await missing(OWN_OUTLET, -2, 3);
    expect(await at(before.asOf)).toEqual(before);
    expect(await at(since.asOf)).toEqual(since);
    expect((await at()).rows).not.toEqual(since.rows);
    await missing(OWN_OUTLET, -5, 3);
  });

  test('begins with what is missing, also where nobody sells it', async () => {
    const tooMuch = await missing(OWN_OUTLET, -5, 1);
    const unpriced = await missing(OWN_OUTLET, 3, 2);
    await stock.pool.query('UPDATE supplier_price SET removed_at = now() WHERE ingredient_id = $1', [
      unpriced.ingredientId,
    ]);
    expect(await report(BUDI)).toMatchObject({
      data: {
        usageReport: {
          rows: [
            { stockItem: { id: own.id }, cost: { amount: 1_235 } },
            { stockItem: { id: unpriced.id }, unexplained: 3, cost: null },
            { stockItem: { id: tooMuch.id }, unexplained: -5, cost: { amount: expect.any(Number) } },
          ],
        },
      },
    });
  });
});
