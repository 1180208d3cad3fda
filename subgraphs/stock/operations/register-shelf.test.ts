import { parse } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { createLog } from '../../../platform/log.js';
import { executeOperation } from '../../../platform/subgraph/execution.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { startStock } from '../index.js';
import { isTokenOf } from '../ingest/devices/device-token.js';
import type { Device } from '../ingest/devices/devices.js';
import { BUDI, FOREIGN_OUTLET, OWN_OUTLET, seededItem } from '../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

/** Calls to the broker, and what runs before it responds. */
let admitted: Device[];
let dismissed: string[];
let meanwhile: (device: Device) => Promise<unknown>;
beforeEach(() => {
  admitted = [];
  dismissed = [];
  meanwhile = async () => undefined;
});

const devices = {
  async admit(device: Device) {
    admitted.push(device);
    await meanwhile(device);
  },
  dismiss: async (shelfId: string) => void dismissed.push(shelfId),
  endSessions: async () => undefined,
};

function mutate(source: string, variables: Record<string, unknown>) {
  const { schema, context } = stock.running;
  return executeOperation(
    { name: 'stock', schema, context: (call) => ({ ...context(call), devices }) },
    { document: parse(source), variables },
    { identity: BUDI, cause: newCause() },
    createLog('silent'),
  );
}

function register(stockItemId: string, outletId = OWN_OUTLET) {
  return mutate(
    `mutation ($input: RegisterShelfInput!) {
       registerShelf(input: $input) { shelf { id } deviceToken userErrors { code } } }`,
    { input: { outletId, stockItemId, gramsPerUnit: 1, tareGrams: 0 } },
  );
}

function rotate(shelfId: string) {
  return mutate(
    `mutation ($shelfId: ID!) { rotateDeviceToken(shelfId: $shelfId) { deviceToken userErrors { code } } }`,
    { shelfId },
  );
}

async function emptyItem(): Promise<string> {
  const id = newId();
  const ingredientId = newId();
  await stock.pool.query(`INSERT INTO ingredient (id, name, unit) VALUES ($1, $2, 'GRAM')`, [
    ingredientId,
    `Bahan ${ingredientId}`,
  ]);
  await stock.pool.query(
    `INSERT INTO stock_item (id, franchise_id, outlet_id, ingredient_id, tracking, reorder_point)
     SELECT $1, franchise_id, id, $3, 'SHELF', 0 FROM outlet WHERE id = $2`,
    [id, OWN_OUTLET, ingredientId],
  );
  return id;
}

async function shelvesOf(stockItemId: string): Promise<{ id: string; token_hash: Buffer }[]> {
  const { rows } = await stock.pool.query<{ id: string; token_hash: Buffer }>(
    'SELECT id, token_hash FROM shelf WHERE stock_item_id = $1 AND removed_at IS NULL',
    [stockItemId],
  );
  return rows;
}

/** Fails where the row is locked. */
function lockAtOnce(table: 'stock_item' | 'shelf', id: string) {
  return stock.pool.query(`SELECT FROM ${table} WHERE id = $1 FOR UPDATE NOWAIT`, [id]);
}

describe('registering a shelf', () => {
  test('locks nothing while the broker is called', async () => {
    const itemId = await emptyItem();
    meanwhile = () => lockAtOnce('stock_item', itemId);
    const result = await register(itemId);
    const id = textAt(result, 'registerShelf', 'shelf', 'id');
    expect(admitted).toEqual([
      { shelfId: id, outletId: OWN_OUTLET, token: textAt(result, 'registerShelf', 'deviceToken') },
    ]);
    expect(await shelvesOf(itemId)).toMatchObject([{ id }]);
  });

  test('fails where the broker does not admit the device', async () => {
    const itemId = await emptyItem();
    meanwhile = () => Promise.reject(new Error('The broker is unreachable'));
    expect(codesOf(await register(itemId))).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(await shelvesOf(itemId)).toEqual([]);
  });

  test('leaves no device behind where the shelf cannot be stored', async () => {
    const itemId = await emptyItem();
    meanwhile = () => stock.pool.query('UPDATE stock_item SET removed_at = now() WHERE id = $1', [itemId]);
    expect(codesOf(await register(itemId))).toEqual(['NOT_FOUND']);
    expect(dismissed).toEqual(admitted.map(({ shelfId }) => shelfId));
    expect(dismissed).toHaveLength(1);
  });

  test('is refused before the broker is called', async () => {
    expect(codesOf(await register(seededItem('Susu Segar', FOREIGN_OUTLET).id))).toEqual(['NOT_FOUND']);
    expect(codesOf(await register(await emptyItem(), FOREIGN_OUTLET))).toEqual(['NOT_FOUND']);
    const { data } = await register(seededItem('Kukis Cokelat').id);
    expect(data).toMatchObject({ registerShelf: { shelf: null, userErrors: [{ code: 'INVALID_STATE' }] } });
    expect(admitted).toEqual([]);
  });
});

describe('a new token', () => {
  test('locks nothing while the broker is called', async () => {
    const itemId = await emptyItem();
    const shelfId = textAt(await register(itemId), 'registerShelf', 'shelf', 'id');
    meanwhile = () => lockAtOnce('shelf', shelfId);
    expect(textAt(await rotate(shelfId), 'rotateDeviceToken', 'deviceToken')).toBe(admitted.at(-1)?.token);
  });

  test('is the same in broker and database after concurrent rotations', async () => {
    const itemId = await emptyItem();
    const shelfId = textAt(await register(itemId), 'registerShelf', 'shelf', 'id');
    let calls = 0;
    // The first call is the slowest, if calls can overlap.
    meanwhile = async () => {
      for (let turns = 10 - 2 * calls++; turns > 0; turns -= 1) await stock.pool.query('SELECT');
    };
    await Promise.all([1, 2, 3, 4].map(() => rotate(shelfId)));
    const [shelf] = await shelvesOf(itemId);
    expect(admitted).toHaveLength(5);
    expect(isTokenOf(admitted.at(-1)?.token ?? '', shelf?.token_hash ?? Buffer.alloc(32))).toBe(true);
  });

  test('is refused for a shelf that is removed meanwhile, and its device is dismissed', async () => {
    const itemId = await emptyItem();
    const shelfId = textAt(await register(itemId), 'registerShelf', 'shelf', 'id');
    meanwhile = () => stock.pool.query('UPDATE shelf SET removed_at = now() WHERE id = $1', [shelfId]);
    expect(codesOf(await rotate(shelfId))).toEqual(['NOT_FOUND']);
    expect(dismissed).toEqual([shelfId]);
  });
});
