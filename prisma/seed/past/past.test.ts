/** On databases of all subgraphs that the demo chain and its past were seeded into. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBooks } from '../../../bench/chaos/audit/books.js';
import { holds } from '../../../bench/chaos/audit/equation.js';
import { auditMoney } from '../../../bench/chaos/audit/money.js';
import { auditOrders } from '../../../bench/chaos/audit/orders.js';
import { auditReceipts } from '../../../bench/chaos/audit/receipts.js';
import { auditStock } from '../../../bench/chaos/audit/stock.js';
import { rebuildReadModel } from '../../../deploy/replay/read-models/rebuild-read-model.js';
import { SALES } from '../../../deploy/replay/read-models/sales.js';
import type { SubgraphName } from '../../../subgraphs/names.js';
import { startStock } from '../../../subgraphs/stock/index.js';
import { BUDI, HQ } from '../../../subgraphs/stock/testing/harness.js';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.js';
import { startTestSubgraph, type TestSubgraph } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { CATALOGUE } from '../catalogue.js';
import { STAFFED_OUTLET_ID } from '../chain.js';
import { SEED_TIME } from '../ids.js';
import { seedOrder } from '../order.js';
import { seedPayment } from '../payment.js';
import { seedStock } from '../stock.js';
import { PAST_DAYS, pastDays, pastOrders } from './orders.js';
import { seedPast } from './past.js';
import { pastUse } from './stock.js';

const NOW = new Date();
const ZONE = 'Asia/Jakarta';
/** What the past cannot have: entries in the simulators' own books, and keys, which are deleted after a day. */
const NOT_OF_THE_PAST = [
  'Captured online is what the providers charged',
  'Every idempotency key led to one order',
];

const databases = new Map<SubgraphName, FreshDatabase>();
let stock: TestSubgraph;
let stockUrl = '';
let books: ReturnType<typeof openBooks>;

const urlOf = (name: SubgraphName) => (name === 'stock' ? stockUrl : (databases.get(name)?.url ?? ''));

beforeAll(async () => {
  for (const name of ['customer', 'menu', 'messages', 'order', 'payment'] as const)
    databases.set(name, await freshDatabase(name));
  await seedOrder(urlOf('order'));
  await seedPayment(urlOf('payment'));
  stock = await startTestSubgraph('stock', startStock, {
    seed: seedStock,
    async prepare(url) {
      stockUrl = url;
      // A unit that started before counts what there is.
      await rollUp(url);
      expect(await seedPast(urlOf, NOW)).toBe(true);
    },
  });
  books = openBooks(urlOf);
});
afterAll(async () => {
  await books.close();
  await stock.stop();
  for (const database of databases.values()) await database.drop();
});

/** Until the present, as the stock subgraph does, or beside it: one counts at a time. */
async function rollUp(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await eventually(async () => {
      const { rows } = await client.query<{ counted: boolean | null }>(
        `SELECT counted_until >= due AS counted FROM roll_up_levels(now(), 'epoch', 'epoch')`,
      );
      expect(rows).toEqual([{ counted: true }]);
    });
  } finally {
    await client.end();
  }
}

describe('the past of the demo', () => {
  it('is in the histories of levels, also where a unit counted them before', async () => {
    await rollUp(stockUrl);
    const { rows } = await stock.pool.query<{ days: number; differing: number }>(
      `SELECT (SELECT count(DISTINCT bucket)::int FROM level_day WHERE outlet_id = '${STAFFED_OUTLET_ID}') AS days,
         (SELECT count(*)::int FROM stock_item JOIN level_mark AS mark ON mark.stock_item_id = stock_item.id
          WHERE mark.level <> on_hand - (SELECT coalesce(sum(delta), 0) FROM stock_movement AS movement
            WHERE movement.stock_item_id = stock_item.id AND figure = 'ON_HAND' AND movement.id > mark.movement_id)) AS differing`,
    );
    expect(rows[0]?.differing).toBe(0);
    expect(rows[0]?.days).toBeGreaterThanOrEqual(PAST_DAYS);
  });

  it('leaves books that agree: stock, orders, money and receipts', async () => {
    const charged = await books.payment.amounts(
      `SELECT id AS name, amount FROM payment WHERE provider <> 'CASH'`,
    );
    const equations = [
      ...(await auditStock(books)),
      ...(await auditOrders(books)),
      ...(await auditMoney(books, { charged, refunded: new Map() })),
      ...(await auditReceipts(books)),
    ];
    const wrong = equations.filter(
      (equation) => !holds(equation) && !NOT_OF_THE_PAST.includes(equation.title),
    );
    expect(wrong).toEqual([]);
  });

  it('has the sales that a rebuild from the event log makes', async () => {
    const { tables } = await rebuildReadModel(SALES, { url: urlOf('order') });
    expect(tables.map(({ table, differing }) => [table, differing])).toEqual([
      ['sales_day', 0],
      ['sales_day_item', 0],
    ]);
    const days = await books.order.names(
      `SELECT DISTINCT day::text AS name FROM sales_day WHERE outlet_id = '${STAFFED_OUTLET_ID}'`,
    );
    expect([...days].sort()).toEqual(pastDays(ZONE, NOW));
    expect(days).toHaveLength(PAST_DAYS);
  });

  it('is loaded once, and in the partitions of its months', async () => {
    expect(await seedPast(urlOf, NOW)).toBe(false);
    const strays = await stock.pool.query(
      `SELECT FROM stock_movement WHERE tableoid = 'partitions.stock_movement_default'::regclass AND at > $1 LIMIT 1`,
      [new Date(SEED_TIME.getTime() + 86_400_000)],
    );
    expect(strays.rowCount).toBe(0);
  });

  it('leaves each weighed item at the level that it opened with', async () => {
    const { rows } = await stock.pool.query<{ id: string; level: number }>(
      `SELECT id, on_hand AS level FROM stock_item WHERE tracking = 'SHELF'`,
    );
    const opened = new Map(CATALOGUE.stockItems.map(({ id, onHand }) => [id, onHand]));
    expect(rows.filter(({ id, level }) => opened.get(id) !== level)).toEqual([]);
  });

  it('ends with bread that is low at every outlet, and never was less than none', async () => {
    const { rows } = await stock.pool.query<{ outlets: number; low: number; least: number }>(
      `SELECT count(DISTINCT item.outlet_id)::int AS outlets, count(*)::int AS low, min(least)::int AS least
       FROM stock_item AS item, LATERAL (
         SELECT min(level) AS least FROM (
           SELECT sum(delta) OVER (ORDER BY id) AS level FROM stock_movement AS movement
           WHERE movement.stock_item_id = item.id AND figure = 'ON_HAND'
         ) AS levels
       ) AS past
       WHERE available <= reorder_point`,
    );
    expect(rows).toEqual([
      { outlets: CATALOGUE.outlets.length, low: 3 * CATALOGUE.outlets.length, least: 2 },
    ]);
  });

  it.each(['Kedai Menteng', 'Kedai Malioboro', 'Kedai Sanur'])(
    'leaves something to order, to run out within a day and to be used first at %s',
    async (name) => {
      await rollUp(stockUrl);
      const outletId = CATALOGUE.outlets.find((outlet) => outlet.name === name)?.id;
      const { data, errors } = await stock.run(
        HQ,
        `query ($outletId: ID!) {
           stockItems(outletId: $outletId, belowReorderPoint: true) { nodes { id runsOutAt } }
           purchaseSuggestions(outletId: $outletId) { stockItem { id } packs because { basis needed } }
           expiringStock(scope: { outletId: $outletId }) { nodes { daysLeft quantity } } }`,
        { outletId },
      );
      expect(errors).toBeUndefined();
      const { stockItems, purchaseSuggestions, expiringStock } = Object(data);
      const low: { id: string; runsOutAt: string | null }[] = stockItems.nodes;
      const inADay = new Date(Date.now() + 86_400_000).toISOString();
      expect(low.filter(({ runsOutAt }) => runsOutAt !== null && runsOutAt < inADay)).toHaveLength(3);
      const suggested: { stockItem: { id: string }; because: { basis: string } }[] = purchaseSuggestions;
      const bread = suggested.filter(({ stockItem }) => low.some(({ id }) => id === stockItem.id));
      // Which of them is on its way already depends on the day of the week.
      expect(bread.length).toBeGreaterThan(0);
      expect(bread.filter(({ because }) => because.basis !== 'MEASURED_USE')).toEqual([]);
      expect(expiringStock.nodes).toContainEqual({
        daysLeft: expect.toSatisfy((days) => days <= 1),
        quantity: 10,
      });
    },
  );

  it('has orders to suppliers, deliveries of which some differ, and waste with reasons', async () => {
    const { rows } = await stock.pool.query(
      `SELECT (SELECT count(*)::int FROM purchase_order WHERE status = 'SENT') AS sent,
         (SELECT count(*)::int FROM purchase_order WHERE status = 'RECEIVED' AND NOT is_closed_short) AS whole,
         (SELECT count(*)::int FROM delivery_line WHERE quantity <> outstanding) AS different,
         (SELECT count(*)::int FROM waste WHERE reason <> '') AS wasted`,
    );
    for (const count of Object.values(rows[0] ?? {})) expect(count).toBeGreaterThan(0);
  });

  it('has a theft that usageReport finds: it is what is missing most, and within a twentieth of what was taken', async () => {
    const theft = pastUse(pastOrders(NOW), NOW).flatMap((use) => use.theft ?? [])[0];
    if (theft === undefined) throw new Error('Somebody steals.');
    const days = pastDays(ZONE, NOW);
    const { data, errors } = await stock.run(
      BUDI,
      `query ($scope: SalesScopeInput, $from: Date!, $to: Date!) { usageReport(scope: $scope, from: $from, to: $to, first: 100) {
         rows { stockItem { id } expected measured wasted unexplained cost { amount } } } }`,
      { scope: { outletId: STAFFED_OUTLET_ID }, from: days[0], to: days.at(-1) },
    );
    expect(errors).toBeUndefined();
    const rows: {
      stockItem: { id: string };
      expected: number;
      unexplained: number;
      cost: { amount: number } | null;
    }[] = Reflect.get(Object(data), 'usageReport').rows;
    const [worst, next] = rows;
    expect(worst?.stockItem.id).toBe(theft.item.id);
    expect(Math.abs((worst?.unexplained ?? 0) - theft.quantity)).toBeLessThan(theft.quantity / 20);
    expect(next?.cost?.amount ?? 0).toBeLessThan((worst?.cost?.amount ?? 0) / 10);
  });
});
