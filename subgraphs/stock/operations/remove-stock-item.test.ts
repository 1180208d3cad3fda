import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { codesOf, startTestSubgraph, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { startStock } from '../index.js';
import { HQ } from '../testing/harness.js';

const REMOVE = `mutation ($id: ID!) { removeStockItem(stockItemId: $id) { stockItem { id } userErrors { code } } }`;

/** Its MQTT broker is unreachable. */
let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { settings: { MQTT_URL: 'mqtt://127.0.0.1:1' } });
});
afterAll(() => stock.stop());

async function anOutlet(): Promise<string> {
  const outletId = newId();
  await stock.pool.query(
    "INSERT INTO outlet (id, franchise_id, name, version) VALUES ($1, $2, 'Kedai Uji', 1)",
    [outletId, newId()],
  );
  return outletId;
}

async function anItemWithAShelf(outletId = newId()): Promise<{ id: string; shelfId: string }> {
  const [id, ingredientId, shelfId, franchiseId] = [newId(), newId(), newId(), newId()];
  await stock.pool.query(
    "INSERT INTO ingredient (id, name, unit) VALUES ($1::uuid, $1::uuid::text, 'GRAM')",
    [ingredientId],
  );
  await stock.pool.query(
    `INSERT INTO stock_item (id, franchise_id, outlet_id, ingredient_id, tracking, reorder_point)
     VALUES ($1, $2, $3, $4, 'SHELF', 0)`,
    [id, franchiseId, outletId, ingredientId],
  );
  await stock.pool.query(
    `INSERT INTO shelf (id, franchise_id, outlet_id, stock_item_id, grams_per_unit, tare_grams, token_hash)
     VALUES ($1, $2, $3, $4, 1, 0, '\\x00')`,
    [shelfId, franchiseId, outletId, id],
  );
  return { id, shelfId };
}

test('an item is removed while the broker of its devices is unreachable', async () => {
  const { id, shelfId } = await anItemWithAShelf();
  expect(await stock.run(HQ, REMOVE, { id })).toEqual({
    data: { removeStockItem: { stockItem: { id }, userErrors: [] } },
  });
  const { rows } = await stock.pool.query(
    'SELECT id FROM shelf WHERE removed_at IS NOT NULL AND stock_item_id = $1',
    [id],
  );
  expect(rows).toEqual([{ id: shelfId }]);
});

test('removing an item and applying a reading of its shelf wait for each other without a deadlock', async () => {
  const { id, shelfId } = await anItemWithAShelf();
  const applying = await stock.pool.connect();
  try {
    await applying.query('BEGIN');
    await applying.query('SELECT FROM shelf WHERE id = $1 FOR UPDATE', [shelfId]);
    const removing = stock.run(HQ, REMOVE, { id });
    await eventually(async () => {
      const { rowCount } = await stock.pool.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      );
      expect(rowCount).toBe(1);
    });
    await applying.query('SELECT FROM stock_item WHERE id = $1 FOR UPDATE', [id]);
    await applying.query('COMMIT');
    expect(await removing).toEqual({ data: { removeStockItem: { stockItem: { id }, userErrors: [] } } });
  } finally {
    applying.release();
  }
});

describe('the history of a removed item', () => {
  const CAUSES = `__typename
    ... on PersonCause { reason }
    ... on ReadingCause { shelf { id stockItem { id removedAt } } }
    ... on DeliveryCause { delivery { id lines { quantity stockItem { id removedAt } } } }`;
  const ITEM = `query ($id: ID!) { stockItem(id: $id) {
    id removedAt onHand movements { nodes { id kind delta cause { ${CAUSES} } } } } }`;
  const REFERENCES = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    __typename
    ... on StockItem { id removedAt } ... on StockMovement { id kind } ... on Shelf { id stockItem { id } }
    ... on Delivery { id lines { stockItem { id } } } } }`;

  let remaining: string;
  let removed: { id: string; shelfId: string };
  let deliveryId: string;
  const moment = expect.stringMatching(/^20\d\d-/);

  beforeAll(async () => {
    const outletId = await anOutlet();
    remaining = (await anItemWithAShelf(outletId)).id;
    removed = await anItemWithAShelf(outletId);
    const lines = [remaining, removed.id].map((stockItemId) => ({ stockItemId, quantity: 3 }));
    const received = await stock.run(
      HQ,
      `mutation ($input: ReceiveDeliveryInput!) {
         receiveDelivery(input: $input) { delivery { id } userErrors { code } } }`,
      { input: { outletId, lines, idempotencyKey: newId() } },
    );
    deliveryId = textAt(received, 'receiveDelivery', 'delivery', 'id');
    for (const [seq, delta] of [
      [1, 5],
      [2, -5],
    ]) {
      await stock.pool.query(
        `INSERT INTO stock_movement
           (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, shelf_id, boot_id, seq, grams)
         SELECT id, franchise_id, outlet_id, 'ON_HAND', $2, 'READING', $3, $4, 'boot', $5, 0
         FROM stock_item WHERE id = $1`,
        [removed.id, delta, newId(), removed.shelfId, seq],
      );
    }
    expect((await stock.run(HQ, REMOVE, { id: removed.id })).errors).toBeUndefined();
  });

  test('does not hide that of another item of the same delivery', async () => {
    const delivery = {
      id: deliveryId,
      lines: [
        { quantity: 3, stockItem: { id: remaining, removedAt: null } },
        { quantity: 3, stockItem: { id: removed.id, removedAt: moment } },
      ],
    };
    expect(await stock.run(HQ, ITEM, { id: remaining })).toMatchObject({
      data: {
        stockItem: {
          removedAt: null,
          movements: { nodes: [{ kind: 'DELIVERY', cause: { __typename: 'DeliveryCause', delivery } }] },
        },
      },
    });
  });

  test('is read as before, from an item that says when it was removed', async () => {
    const result = await stock.run(HQ, ITEM, { id: removed.id });
    expect(result.errors).toBeUndefined();
    const shelf = { id: removed.shelfId, stockItem: { id: removed.id, removedAt: moment } };
    expect(result.data).toMatchObject({
      stockItem: {
        removedAt: moment,
        onHand: 0,
        movements: {
          nodes: [
            { kind: 'READING', delta: -5, cause: { __typename: 'ReadingCause', shelf } },
            { kind: 'READING', delta: 5, cause: { __typename: 'ReadingCause', shelf } },
            { kind: 'DELIVERY', delta: 0, cause: { delivery: { id: deliveryId } } },
          ],
        },
      },
    });
  });

  test('is what references from other subgraphs resolve to', async () => {
    const { rows } = await stock.pool.query<{ id: string }>(
      "SELECT id FROM stock_movement WHERE stock_item_id = $1 AND kind = 'DELIVERY'",
      [removed.id],
    );
    const [movement] = rows;
    const result = await stock.run(HQ, REFERENCES, {
      representations: [
        { __typename: 'StockItem', id: removed.id },
        { __typename: 'StockMovement', id: movement?.id },
        { __typename: 'Shelf', id: removed.shelfId },
        { __typename: 'Delivery', id: deliveryId },
      ],
    });
    expect(result).toMatchObject({
      data: {
        _entities: [
          { id: removed.id, removedAt: moment },
          { id: movement?.id, kind: 'DELIVERY' },
          { id: removed.shelfId, stockItem: { id: removed.id } },
          { id: deliveryId, lines: [{ stockItem: { id: remaining } }, { stockItem: { id: removed.id } }] },
        ],
      },
    });
    expect(result.errors).toBeUndefined();
  });

  test('is all that is left: it is not listed, changed or watched any more', async () => {
    const change =
      'mutation ($id: ID!) { updateStockItem(input: { stockItemId: $id }) { userErrors { code } } }';
    expect(codesOf(await stock.run(HQ, change, { id: removed.id }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await stock.run(HQ, REMOVE, { id: removed.id }))).toEqual(['NOT_FOUND']);
  });
});
