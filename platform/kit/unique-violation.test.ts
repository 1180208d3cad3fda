import { afterAll, beforeAll, expect, test } from 'vitest';
import { PrismaClient } from '../../prisma/payment/client/client.js';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { openTestPlatform } from '../../tests/support/platform.js';
import { type OpenDatabase, openDatabase } from '../database/database.js';
import { newId } from '../ids.js';
import { sqlFailureOf } from '../sql/sql-failure.js';
import { isUniqueViolation } from './unique-violation.js';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

let platform: Awaited<ReturnType<typeof openTestPlatform>>;
let file: FreshDatabase;
let database: OpenDatabase<PrismaClient, Transaction>;
const outlet = { id: newId(), franchiseId: newId(), name: 'Kemang', timeZone: 'Asia/Jakarta', version: 1 };

beforeAll(async () => {
  platform = await openTestPlatform();
  file = await freshDatabase('payment');
  database = openDatabase<Transaction, PrismaClient>({
    source: 'payment',
    url: file.url,
    bus: platform.bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
  await database.prisma.outletCopy.create({ data: outlet });
});
afterAll(async () => {
  await database.close();
  await file.drop();
  await platform.drop();
});

const INSERT = `INSERT INTO outlet_copy (id, franchise_id, name, time_zone, version)
  SELECT id, franchise_id, name, time_zone, version FROM outlet_copy`;

/** Each way a statement reaches the database, with the error that it is refused with. */
const WAYS = {
  'a Prisma model': () => database.prisma.outletCopy.create({ data: outlet }),
  'a raw statement of Prisma': () => database.prisma.$executeRawUnsafe(INSERT),
  'the pool': () => database.pool.query(INSERT),
};

async function errorOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('The statement was not refused');
}

test.each(Object.keys(WAYS) as (keyof typeof WAYS)[])(
  'a unique violation by %s is recognised',
  async (way) => {
    const error = await errorOf(WAYS[way]);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'outlet_copy_pkey')).toBe(true);
    expect(isUniqueViolation(error, 'another_key')).toBe(false);
  },
);

test('other refusals are not unique violations', async () => {
  const missing = await errorOf(() =>
    database.pool.query('INSERT INTO outlet_copy (id) VALUES (gen_random_uuid())'),
  );
  expect(sqlFailureOf(missing)?.sqlState).toBe('23502');
  expect(isUniqueViolation(missing)).toBe(false);
  expect(isUniqueViolation(await errorOf(() => database.prisma.$queryRawUnsafe('SELECT 1 / 0')))).toBe(false);
});

test('a text that speaks of a unique constraint is none', () => {
  expect(
    isUniqueViolation(new Error('duplicate key value violates unique constraint "outlet_copy_pkey"')),
  ).toBe(false);
  expect(isUniqueViolation({ code: '23505' })).toBe(false);
});
