import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PrismaClient } from '../../prisma/payment/client/client.js';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { openTestPlatform } from '../../tests/support/platform.js';
import { type OpenDatabase, openDatabase } from '../database/database.js';
import type { Scope } from '../identity/identity.js';
import { newId } from '../ids.js';
import {
  coveredSql,
  covers,
  isOwn,
  isStaff,
  isVisible,
  type SqlCondition,
  visibleSql,
  whereCovered,
  whereVisible,
} from './tenant-scope.js';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

const franchises = [newId(), newId()];
const outlets = [newId(), newId(), newId()];
const customers = [newId(), newId()];

/** A row of every combination of tenants and owners, also of outlets that changed hands. */
const rows = franchises.flatMap((franchiseId) =>
  outlets.flatMap((outletId) =>
    customers.map((customerId) => ({ id: newId(), franchiseId, outletId, customerId })),
  ),
);

const scopes: fc.Arbitrary<Scope> = fc.record({
  customerId: fc.constantFrom(null, ...customers),
  everywhere: fc.boolean(),
  franchiseIds: fc.subarray(franchises),
  outletIds: fc.subarray(outlets),
});

let platform: Awaited<ReturnType<typeof openTestPlatform>>;
let file: FreshDatabase;
let database: OpenDatabase<PrismaClient, Transaction>;

beforeAll(async () => {
  platform = await openTestPlatform();
  file = await freshDatabase('payment');
  database = openDatabase<Transaction, PrismaClient>({
    source: 'payment',
    url: file.url,
    bus: platform.bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
  await database.prisma.orderCopy.createMany({
    data: rows.map((row) => ({ ...row, number: 'A1', status: 'PLACED', version: 1 })),
  });
});
afterAll(async () => {
  await database.close();
  await file.drop();
  await platform.drop();
});

type Where = NonNullable<NonNullable<Parameters<PrismaClient['orderCopy']['findMany']>[0]>['where']>;

async function idsWhere(where: Where): Promise<string[]> {
  const found = await database.prisma.orderCopy.findMany({
    where,
    select: { id: true },
    orderBy: { id: 'asc' },
  });
  return found.map(({ id }) => id);
}

/** @param condition whose parameters follow one other. */
async function idsWhereSql({ condition, values }: SqlCondition): Promise<string[]> {
  const { rows: found } = await database.pool.query<{ id: string }>(
    `SELECT id FROM order_copy AS copy WHERE number = $1 AND ${condition} ORDER BY id`,
    ['A1', ...values],
  );
  return found.map(({ id }) => id);
}

const idsOf = (accepted: typeof rows) => accepted.map(({ id }) => id).sort();

test('the filters and the check accept the same rows, whatever the scope', async () => {
  await fc.assert(
    fc.asyncProperty(scopes, fc.constantFrom('copy', undefined), async (scope, table) => {
      const covered = idsOf(rows.filter((row) => covers(scope, row)));
      expect(await idsWhere(whereCovered(scope))).toEqual(covered);
      expect(await idsWhereSql(coveredSql(scope, { after: 1, table }))).toEqual(covered);
      const visible = idsOf(rows.filter((row) => isVisible(scope, row)));
      expect(await idsWhere(whereVisible(scope))).toEqual(visible);
      expect(await idsWhereSql(visibleSql(scope, { after: 1, table }))).toEqual(visible);
      expect(isStaff(scope)).toBe(covered.length > 0);
    }),
    { numRuns: 60, seed: 7 },
  );
});

test('the text of the SQL is the same for every scope, so that it can be prepared once', () => {
  const head: Scope = { customerId: null, everywhere: true, franchiseIds: [], outletIds: [] };
  const staff: Scope = {
    customerId: newId(),
    everywhere: false,
    franchiseIds: franchises,
    outletIds: outlets,
  };
  for (const sqlOf of [coveredSql, visibleSql])
    expect(sqlOf(head, { after: 4 }).condition).toBe(sqlOf(staff, { after: 4 }).condition);
});

test('a scope without tenants covers nothing, and sees what is its own', async () => {
  const [customerId = ''] = customers;
  const scope: Scope = { customerId, everywhere: false, franchiseIds: [], outletIds: [] };
  expect(await idsWhere(whereCovered(scope))).toEqual([]);
  expect(await idsWhere(whereVisible(scope))).toEqual(
    idsOf(rows.filter((row) => row.customerId === customerId)),
  );
});

test('a caller who is not signed in sees nothing, not even rows of no customer', async () => {
  const scope: Scope = { customerId: null, everywhere: false, franchiseIds: [], outletIds: [] };
  expect(await idsWhere(whereVisible(scope))).toEqual([]);
  expect(await idsWhereSql(visibleSql(scope, { after: 1 }))).toEqual([]);
  expect(isOwn(scope, { customerId: null })).toBe(false);
});

test('a role at one outlet does not cover rows of the whole franchise', () => {
  const [franchiseId = ''] = franchises;
  const scope: Scope = { customerId: null, everywhere: false, franchiseIds: [], outletIds: outlets };
  expect(covers(scope, { franchiseId, outletId: null })).toBe(false);
  expect(covers({ ...scope, franchiseIds: [franchiseId] }, { franchiseId, outletId: null })).toBe(true);
});
