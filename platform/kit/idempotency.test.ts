import { afterAll, beforeAll, expect, test } from 'vitest';
import { PrismaClient } from '../../prisma/payment/client/client.js';
import { type FreshDatabase, freshDatabase } from '../../tests/support/database.js';
import { openTestPlatform } from '../../tests/support/platform.js';
import { type OpenDatabase, openDatabase } from '../database/database.js';
import { UserFault } from '../errors.js';
import { newId } from '../ids.js';
import { findIdempotentResult, idempotentRequest, pruneIdempotencyKeys, writeOnce } from './idempotency.js';

type Transaction = Parameters<Parameters<PrismaClient['$transaction']>[0]>[0];

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
});
afterAll(async () => {
  await database.close();
  await file.drop();
  await platform.drop();
});

const INPUT = { orderId: 'o1', amount: 5, lines: [{ id: 'a', quantity: 1 }] };
const request = (key: string, input: unknown = INPUT) => idempotentRequest('refund', 'rina', key, input);

function writeUnder(
  key: string,
  input: unknown,
  write: () => Promise<void> = async () => {},
): Promise<string> {
  return database.prisma.$transaction((tx) => writeOnce(tx, request(key, input), newId(), write));
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof UserFault) return error.userErrors[0]?.code;
    throw error;
  }
  return undefined;
}

test('the same key and input lead to the first result, and are written once', async () => {
  let writes = 0;
  const write = async () => {
    writes += 1;
  };
  const first = await writeUnder('k1', INPUT, write);
  expect(await writeUnder('k1', INPUT, write)).toBe(first);
  expect(writes).toBe(1);
  expect(await findIdempotentResult(database.prisma, request('k1'))).toBe(first);
});

test('the order of members does not make another input, that of list entries does', async () => {
  const first = await writeUnder('k2', INPUT);
  const { lines, amount, orderId } = INPUT;
  const turned = { lines: lines.map(({ id, quantity }) => ({ quantity, id })), amount, orderId };
  expect(await writeUnder('k2', turned)).toBe(first);
  expect(request('k', [1, 2]).inputHash).not.toBe(request('k', [2, 1]).inputHash);
});

test('the same key with another input is refused', async () => {
  await writeUnder('k3', INPUT);
  const reused = { userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', field: ['idempotencyKey'] }] };
  await expect(writeUnder('k3', { ...INPUT, amount: 6 })).rejects.toMatchObject(reused);
  await expect(findIdempotentResult(database.prisma, request('k3', {}))).rejects.toMatchObject(reused);
});

test('keys of other callers and operations are other keys', async () => {
  const first = await writeUnder('k4', INPUT);
  const others = [
    idempotentRequest('refund', 'budi', 'k4', INPUT),
    idempotentRequest('dispute', 'rina', 'k4', INPUT),
  ];
  for (const other of others) {
    expect(await findIdempotentResult(database.prisma, other)).toBeNull();
  }
  expect(first).not.toBeNull();
});

test('of concurrent duplicates one writes and all answer the same', async () => {
  let writes = 0;
  const results = await Promise.all(
    Array.from({ length: 5 }, () =>
      writeUnder('k5', INPUT, async () => {
        writes += 1;
      }),
    ),
  );
  expect(new Set(results).size).toBe(1);
  expect(writes).toBe(1);
});

test('a refusal leaves the key free', async () => {
  const refusal = new Error('out of stock');
  await expect(
    writeUnder('k6', INPUT, async () => {
      throw refusal;
    }),
  ).rejects.toBe(refusal);
  expect(await findIdempotentResult(database.prisma, request('k6'))).toBeNull();
});

test.each(['', 'x'.repeat(129), 'a\0b', 'a\nb', '\ud800'])('%j cannot be a key', (key) => {
  expect(codeOf(() => request(key))).toBe('INVALID_INPUT');
});

test.each(['x', 'x'.repeat(128), ' spaced key ', 'kunci-🧋'])('%j can be a key', (key) => {
  expect(codeOf(() => request(key))).toBeUndefined();
});

test('keys older than three days are pruned', async () => {
  await writeUnder('old', INPUT);
  await writeUnder('new', INPUT);
  await database.pool.query(
    `UPDATE idempotency SET created_at = now() - interval '73 hours' WHERE key = 'old'`,
  );
  await pruneIdempotencyKeys(database.pool);
  expect(await findIdempotentResult(database.prisma, request('old'))).toBeNull();
  expect(await findIdempotentResult(database.prisma, request('new'))).not.toBeNull();
});
