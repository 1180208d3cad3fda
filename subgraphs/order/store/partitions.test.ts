/**
 * Orders in partitions by month: what is unique remains so across months, ids of a wrong clock are kept and reported, and what names
 * its orders looks into their month alone.
 */

import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bus } from '../../../platform/bus/bus.js';
import { partitionReport } from '../../../platform/database/partitions.js';
import { newCause } from '../../../platform/events/envelope.js';
import { newId, timeOfId } from '../../../platform/ids.js';
import { calendarDay } from '../../../platform/kit/calendar.js';
import { NO_CHARGES } from '../../../platform/order-charges.js';
import { sqlFailureOf } from '../../../platform/sql/sql-failure.js';
import { type FreshDatabase, freshDatabase, runAsOwner } from '../../../tests/support/database.js';
import {
  inTransaction,
  type OrderDatabase,
  type OwnOrderDatabase,
  openOrderDatabase,
  type Transaction,
} from './database.js';
import { insertOrder, type NewOrder, PlacementRefused } from './insert-orders.js';
import { findAndLockOrders, updateOrders } from './order-changes.js';
import { findHistories, findHistoryAfter, findLines, findSpentRedemptions } from './order-details.js';
import { findOrders } from './orders.js';
import { updateSales } from './sales.js';

const SILENT_BUS: Bus = {
  publish: () => undefined,
  subscribe: () => Promise.reject(new Error('Nothing subscribes here')),
  close: async () => undefined,
};
const [FRANCHISE, OUTLET, GUEST, PROMOTION] = [newId(), newId(), newId(), newId()];
const EVERYWHERE = { customerId: null, everywhere: true, franchiseIds: [], outletIds: [] };
const DAY = calendarDay('2026-11-20');
/** Of months that have a partition: last month, this one and the next two. */
const MONTHS = [-1, 0, 1, 2];

let fresh: FreshDatabase;
let database: OwnOrderDatabase;

beforeAll(async () => {
  fresh = await freshDatabase('order');
  await runAsOwner(
    fresh.url,
    `INSERT INTO outlet_copy (id, franchise_id, name, time_zone, version) VALUES ('${OUTLET}', '${FRANCHISE}', 'Kedai', 'Asia/Jakarta', 1);
     INSERT INTO promotion_copy (id, name, percent, menu_item_ids, outlet_ids, quantity, starts_at, ends_at, source_version, version)
       VALUES ('${PROMOTION}', 'Flash', 20, '{}', '{}', 1000, now(), now(), 1, 1)`,
  );
  database = openOrderDatabase(fresh.url, SILENT_BUS);
});
afterAll(async () => {
  await database.close();
  await fresh.drop();
});

/** An id of the middle of the month so many after this one. */
function idIn(months: number): string {
  const now = new Date();
  return v7({ msecs: Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15) });
}

function suffixOf(id: string): string {
  return new Date(timeOfId(id)).toISOString().slice(0, 7).replace('-', '_');
}

interface Bend {
  readonly redemptionId?: string;
  readonly number?: string;
}

/** Of two drinks at a limited promotion, with a redemption. */
async function anOrder(id: string, bend: Bend = {}): Promise<NewOrder> {
  const { redemptionId = await redemption(), number = id } = bend;
  const now = new Date();
  return {
    order: {
      ...{ id, number, customerId: GUEST, outletId: OUTLET, franchiseId: FRANCHISE, total: 25_000 },
      ...{ rewardDiscount: 10_000, preparationSeconds: 60, status: 'PLACED', statusAt: now },
      ...{
        statusReason: null,
        version: 1,
        placedAt: now,
        priority: 'NORMAL',
        drink: null,
        pickupAt: null,
        placedBy: null,
        isPartPaid: false,
        substitution: null,
      },
      ...NO_CHARGES,
    },
    lines: [
      {
        ...{ menuItemId: newId(), name: 'Teh', quantity: 2, options: [], note: null, unitPrice: 18_000 },
        ...{ discount: 1_000, subtotal: 35_000, promotion: { id: PROMOTION, name: 'Flash' } },
      },
    ],
    requirements: [],
    takenUnits: [{ promotionId: PROMOTION, units: 2 }],
    unpaidBounds: null,
    redemptionIds: [redemptionId],
    request: { scope: `${GUEST}:placeOrder`, key: newId(), inputHash: id },
    cause: newCause(),
    counter: null,
  };
}

async function placed(id: string, bend?: Bend): Promise<string> {
  const order = await anOrder(id, bend);
  await inTransaction(database, (client) => insertOrder(client, order));
  return id;
}

async function redemption(): Promise<string> {
  const id = newId();
  const data = { id, customerId: GUEST, name: 'Teh gratis', amountOff: 10_000 };
  await database.prisma.redemptionCopy.create({ data });
  return id;
}

describe('across months', () => {
  it.each([
    ['one number is of one order', async () => ({ number: newId() })],
    ['a redemption is spent on one order', async () => ({ redemptionId: await redemption() })],
  ])('%s among concurrent ones', async (_what, shared) => {
    const bend = await shared();
    const results = await Promise.allSettled(
      [...MONTHS, ...MONTHS].map((months) => placed(idIn(months), bend)),
    );
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(refusals).toHaveLength(results.length - 1);
    for (const refusal of refusals) {
      if (refusal instanceof PlacementRefused) expect(refusal.refusal).toBe('redemption-spent');
      else expect(sqlFailureOf(refusal)?.constraint).toBe('order_number_pkey');
    }
  });

  it('each order is in the partition of its month, with all that belongs to it', async () => {
    for (const months of MONTHS) {
      const id = await placed(idIn(months));
      for (const [table, key] of TABLES) {
        const { rows } = await database.pool.query<{ partition: string }>(
          `SELECT DISTINCT tableoid::regclass::text AS partition FROM ${table} WHERE ${key} = $1`,
          [id],
        );
        expect(rows).toEqual([{ partition: `partitions.${table}_${suffixOf(id)}` }]);
      }
    }
  });
});

const TABLES = [
  ['orders', 'id'],
  ['order_line', 'order_id'],
  ['order_status_entry', 'order_id'],
  ['order_reward', 'order_id'],
] as const;

it('an id of a wrong clock is in the default partition, found and reported', async () => {
  const id = await placed(idIn(300));
  expect(await findOrders(database, EVERYWHERE, [id])).toMatchObject([{ id, total: 25_000 }]);
  expect(await findLines(database, [id])).toMatchObject([{ orderId: id, quantity: 2 }]);
  const report = (await partitionReport(database.pool)).filter(({ family }) => family === 'orders');
  expect(report.map(({ name, defaultRows }) => [name, defaultRows])).toEqual(
    TABLES.map(([table]) => [table, 1]),
  );
});

describe('looks into the partition of the order alone:', () => {
  /** What is scanned by `work`, in a transaction that is rolled back. */
  function partitionsScanned(work: (tx: Transaction) => Promise<unknown>): Promise<string[]> {
    const scanning = database.work(newCause(), async ({ tx }): Promise<string[]> => {
      const before = await tx.$queryRawUnsafe<Scans[]>(SCANS);
      await work(tx);
      throw new RolledBack(before, await tx.$queryRawUnsafe<Scans[]>(SCANS));
    });
    return scanning.catch(partitionsOf);
  }

  const cancelled = (id: string) => async (tx: Transaction) => {
    const locked = (await findAndLockOrders(tx, [id])).get(id);
    if (locked === undefined) throw new Error('The order is there');
    const order = { ...locked.order, status: 'CANCELLED' as const, version: 2 };
    const entry = { orderId: id, version: 2, status: 'CANCELLED' as const, at: new Date() };
    await updateOrders(tx, [{ ...locked, order, facts: { ...locked.facts, status: 'CANCELLED' } }], [entry]);
  };

  it.each<[what: string, work: (id: string) => (tx: Transaction) => Promise<unknown>]>([
    ['an order by id', (id) => (tx) => findOrders(readBy(tx), EVERYWHERE, [id])],
    ['its lines', (id) => (tx) => findLines(readBy(tx), [id])],
    ['its history', (id) => (tx) => findHistories(readBy(tx), [id])],
    ['its later history', (id) => (tx) => findHistoryAfter(readBy(tx), id, 0)],
    ['its rewards', (id) => (tx) => findSpentRedemptions(tx, [id])],
    ['a change of its status', cancelled],
    [
      'the sales that it adds, and the discounts that it returns',
      (id) => async (tx) => {
        await cancelled(id)(tx);
        const before = { sold: null, refunded: 0 };
        const sale = {
          orderId: id,
          outletId: OUTLET,
          franchiseId: FRANCHISE,
          ...{ staffId: null, method: null, tips: 0 },
          rewardDiscount: 10_000,
          charges: NO_CHARGES,
          before,
        };
        const at = { day: DAY, hour: 9 };
        await updateSales(tx, [{ ...sale, after: { sold: at, refunded: 0 }, at }]);
        await tx.$queryRaw`SELECT return_promotion_units(ARRAY[${id}]::uuid[])`;
      },
    ],
    [
      'a line that is added to it, with the checks of its total and of whose it is',
      (id) => (tx) =>
        tx.$executeRaw`
          INSERT INTO order_line (order_id, customer_id, outlet_id, franchise_id, position, menu_item_id, name, quantity, unit_price, subtotal, options)
          SELECT order_id, customer_id, outlet_id, franchise_id, 1, menu_item_id, name, 1, 0, 0, options FROM order_line WHERE order_id = ${id}::uuid`,
    ],
  ])('%s', async (_what, work) => {
    const id = await placed(idIn(1));
    // A plan that is used again prunes as it is run.
    for (let turn = 0; turn < 8; turn += 1) {
      const scanned = await partitionsScanned(work(id));
      expect(scanned.filter((partition) => !partition.endsWith(suffixOf(id)))).toEqual([]);
      expect(scanned).not.toEqual([]);
    }
  });

  it('a new order, with all that its statement checks', async () => {
    const id = idIn(2);
    for (let turn = 0; turn < 8; turn += 1) {
      const order = await anOrder(id);
      const scanning = inTransaction(database, async (client): Promise<string[]> => {
        const before = (await client.query<Scans>(SCANS)).rows;
        await insertOrder(client, order);
        await client.query('SET CONSTRAINTS ALL IMMEDIATE');
        throw new RolledBack(before, (await client.query<Scans>(SCANS)).rows);
      });
      const scanned = await scanning.catch(partitionsOf);
      expect(scanned.filter((partition) => !partition.endsWith(suffixOf(id)))).toEqual([]);
      expect(scanned).not.toEqual([]);
    }
  });
});

interface Scans {
  readonly partition: string;
  readonly count: number;
}

/** How often the connection has scanned each partition of orders and what belongs to them. */
const SCANS = `SELECT relname AS partition, (seq_scan + idx_scan)::int AS count FROM pg_stat_xact_user_tables
  WHERE schemaname = 'partitions' AND relname LIKE 'order%' AND seq_scan + idx_scan > 0`;

/** Ends a transaction that has seen what it was for. */
class RolledBack extends Error {
  readonly partitions: string[];

  constructor(before: readonly Scans[], after: readonly Scans[]) {
    super('rolled back');
    const earlier = new Map(before.map(({ partition, count }) => [partition, count]));
    this.partitions = after.flatMap(({ partition, count }) =>
      count > (earlier.get(partition) ?? 0) ? [partition] : [],
    );
  }
}

function partitionsOf(error: unknown): string[] {
  if (!(error instanceof RolledBack)) throw error;
  return error.partitions;
}

/** What the store reads by within a transaction. */
function readBy(tx: Transaction): OrderDatabase {
  return { ...database, prisma: tx };
}
