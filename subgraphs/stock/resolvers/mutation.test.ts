import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { startStock } from '../index.js';
import { isTokenOf } from '../ingest/devices/device-token.js';
import { BUDI, DEWI, FOREIGN_OUTLET, HQ, OWN_OUTLET, SARI, seededItem } from '../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

const USER_ERRORS = 'userErrors { code field message }';

function mutate(identity: Identity, name: string, selection: string, input: Record<string, unknown>) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return stock.run(
    identity,
    `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} ${USER_ERRORS} } }`,
    { input },
  );
}

const adjust = (identity: Identity, input: Record<string, unknown>) =>
  mutate(
    identity,
    'adjustStock',
    'stockItem { id onHand version movements(first: 1) { nodes { delta kind cause { ... on PersonCause { reason person { id } } } } } }',
    { reason: 'Hitung ulang', idempotencyKey: newId(), ...input },
  );
const receive = (identity: Identity, input: Record<string, unknown>) =>
  mutate(
    identity,
    'receiveDelivery',
    'delivery { id supplier reference outlet { name } lines { quantity stockItem { id onHand } } }',
    { outletId: OWN_OUTLET, supplier: 'PT Susu Jaya', idempotencyKey: newId(), ...input },
  );

/** The codes and fields of a payload's userErrors. */
function faults(result: { data?: unknown }, name: string): unknown {
  const payload = Reflect.get(Object(result.data), name);
  const errors: { code: string; field: string[] | null }[] = Reflect.get(Object(payload), 'userErrors');
  return errors.map(({ code, field }) => [code, ...(field ?? [])].join(' '));
}

describe('a count', () => {
  test('sets a counted item’s figure, with person and reason in the ledger', async () => {
    const { id } = seededItem('Kukis Cokelat');
    const { data } = await adjust(BUDI, { stockItemId: id, countedOnHand: 40 });
    expect(data).toEqual({
      adjustStock: {
        stockItem: {
          id,
          onHand: 40,
          version: 2,
          movements: {
            nodes: [
              {
                delta: -960,
                kind: 'COUNT',
                cause: { reason: 'Hitung ulang', person: { id: BUDI.customerId } },
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
    const { data } = await adjust(BUDI, { stockItemId: id, countedOnHand: 1 });
    expect(data).toMatchObject({
      adjustStock: {
        stockItem: { onHand, version: 1, movements: { nodes: [{ delta: 0, kind: 'COUNT' }] } },
        userErrors: [],
      },
    });
  });

  test('repeated with its key returns the item’s present state and counts once', async () => {
    const { id } = seededItem('Roti Bakar');
    const input = { stockItemId: id, countedOnHand: 500, idempotencyKey: newId() };
    await adjust(BUDI, input);
    await adjust(BUDI, { stockItemId: id, countedOnHand: 400 });
    expect((await adjust(BUDI, input)).data).toMatchObject({
      adjustStock: { stockItem: { id, onHand: 400 } },
    });
    expect(faults(await adjust(BUDI, { ...input, countedOnHand: 501 }), 'adjustStock')).toEqual([
      'IDEMPOTENCY_KEY_REUSED idempotencyKey',
    ]);
    const other = await adjust(DEWI, { ...input, countedOnHand: 300 });
    expect(other.data).toMatchObject({ adjustStock: { stockItem: { onHand: 300 } } });
  });

  test('sent fifty times at once with one key counts once', async () => {
    const { id } = seededItem('Croissant Mentega');
    const input = { stockItemId: id, countedOnHand: 33, idempotencyKey: newId() };
    const results = await Promise.all(Array.from({ length: 50 }, () => adjust(BUDI, input)));
    for (const { data } of results) {
      expect(data).toMatchObject({
        adjustStock: { stockItem: { id, onHand: 33, version: 2 }, userErrors: [] },
      });
    }
    const { rows } = await stock.pool.query(
      `SELECT count(*)::int, on_hand FROM stock_movement JOIN stock_item ON stock_item.id = stock_item_id
       WHERE stock_item_id = $1 AND kind = 'COUNT' GROUP BY on_hand`,
      [id],
    );
    expect(rows).toEqual([{ count: 1, on_hand: 33 }]);
  });

  test('out of bounds is refused, and nothing is written', async () => {
    const { id } = seededItem('Roti Pisang');
    expect(faults(await adjust(BUDI, { stockItemId: id, countedOnHand: -1 }), 'adjustStock')).toEqual([
      'INVALID_QUANTITY countedOnHand',
    ]);
    expect(
      faults(
        await adjust(BUDI, { stockItemId: id, countedOnHand: 2_000_000_000, reason: ' ' }),
        'adjustStock',
      ),
    ).toEqual(['INVALID_QUANTITY countedOnHand', 'INVALID_INPUT reason']);
    for (const unstorable of ['', '\0', '\ud800']) {
      const input = { stockItemId: id, countedOnHand: 1 };
      expect(faults(await adjust(BUDI, { ...input, idempotencyKey: unstorable }), 'adjustStock')).toEqual([
        'INVALID_INPUT idempotencyKey',
      ]);
      expect(faults(await adjust(BUDI, { ...input, reason: unstorable }), 'adjustStock')).toEqual([
        'INVALID_INPUT reason',
      ]);
    }
    for (const countedOnHand of [0.5, 2 ** 31, '1']) {
      expect(codesOf(await adjust(BUDI, { stockItemId: id, countedOnHand }))).toEqual(['BAD_USER_INPUT']);
    }
    const { rows } = await stock.pool.query('SELECT version FROM stock_item WHERE id = $1', [id]);
    expect(rows).toEqual([{ version: 1 }]);
  });

  test('is FORBIDDEN to callers who may only read, and NOT_FOUND elsewhere', async () => {
    const own = { stockItemId: seededItem('Susu Segar').id, countedOnHand: 1 };
    expect(codesOf(await adjust(SARI, own))).toEqual(['FORBIDDEN']);
    for (const stockItemId of [seededItem('Susu Segar', FOREIGN_OUTLET).id, newId(), 'no-id']) {
      const result = await adjust(DEWI, { stockItemId, countedOnHand: 1 });
      expect({ codes: codesOf(result), data: result.data }).toEqual({
        codes: ['NOT_FOUND'],
        data: { adjustStock: null },
      });
    }
  });
});

describe('a delivery', () => {
  test('raises counted items at once and is recorded for weighed ones', async () => {
    const [sticks, milk] = [seededItem('Stik Keju'), seededItem('Susu Oat')];
    const received = await receive(BUDI, {
      reference: 'SJ-1',
      lines: [
        { stockItemId: sticks.id, quantity: 30 },
        { stockItemId: milk.id, quantity: 5_000 },
        { stockItemId: sticks.id, quantity: 20 },
      ],
    });
    expect(received.data).toMatchObject({
      receiveDelivery: {
        delivery: {
          supplier: 'PT Susu Jaya',
          reference: 'SJ-1',
          outlet: { name: expect.stringMatching(/^Kedai /) },
          lines: [
            { quantity: 30, stockItem: { id: sticks.id, onHand: sticks.onHand + 50 } },
            { quantity: 5_000, stockItem: { id: milk.id, onHand: milk.onHand } },
            { quantity: 20, stockItem: { id: sticks.id } },
          ],
        },
        userErrors: [],
      },
    });
    const movements = await stock.run(
      BUDI,
      `query ($id: ID!) { stockItem(id: $id) { movements(first: 2) { nodes { delta kind cause { ... on DeliveryCause { delivery { id } } } } } } }`,
      { id: sticks.id },
    );
    const cause = { delivery: { id: textAt(received, 'receiveDelivery', 'delivery', 'id') } };
    expect(movements.data).toMatchObject({
      stockItem: {
        movements: { nodes: expect.arrayContaining([{ delta: 30, kind: 'DELIVERY', cause }]) },
      },
    });
  });

  test('sent fifty times at once with one key is received once', async () => {
    const { id, onHand } = seededItem('Tas Kanvas');
    const input = { lines: [{ stockItemId: id, quantity: 7 }], idempotencyKey: newId() };
    const results = await Promise.all(Array.from({ length: 50 }, () => receive(BUDI, input)));
    const ids = results.map((result) => textAt(result, 'receiveDelivery', 'delivery', 'id'));
    expect(new Set(ids).size).toBe(1);
    const { rows } = await stock.pool.query('SELECT on_hand FROM stock_item WHERE id = $1', [id]);
    expect(rows).toEqual([{ on_hand: onHand + 7 }]);
  });

  test('with a wrong line names it and changes nothing', async () => {
    const { id } = seededItem('Kopi Kemasan 200 g');
    const foreign = seededItem('Kopi Kemasan 200 g', FOREIGN_OUTLET).id;
    const idempotencyKey = newId();
    const lines = (...given: [string, number][]) => ({
      idempotencyKey,
      lines: given.map(([stockItemId, quantity]) => ({ stockItemId, quantity })),
    });
    const refused = async (identity: Identity, input: Record<string, unknown>) =>
      faults(await receive(identity, input), 'receiveDelivery');
    expect(await refused(BUDI, lines([id, 1], [foreign, 1]))).toEqual(['NOT_FOUND lines 1 stockItemId']);
    expect(await refused(HQ, lines([id, 1], [foreign, 1]))).toEqual(['NOT_FOUND lines 1 stockItemId']);
    expect(await refused(BUDI, lines([id, 0], [id, -5]))).toEqual([
      'INVALID_QUANTITY lines 0 quantity',
      'INVALID_QUANTITY lines 1 quantity',
    ]);
    expect(await refused(BUDI, lines([id, 1_000_000_000], [id, 1_000_000_000], [id, 1_000_000_000]))).toEqual(
      ['INVALID_QUANTITY lines 2 quantity'],
    );
    expect(await refused(BUDI, lines())).toEqual(['INVALID_INPUT lines']);
    for (const quantity of [0.5, 2 ** 31]) {
      expect(codesOf(await receive(BUDI, lines([id, quantity])))).toEqual(['BAD_USER_INPUT']);
    }
    const { rows } = await stock.pool.query('SELECT version FROM stock_item WHERE id = $1', [id]);
    expect(rows).toEqual([{ version: 1 }]);
    expect(await refused(BUDI, lines([id, 1]))).toEqual([]);
    expect(codesOf(await receive(BUDI, { outletId: FOREIGN_OUTLET, ...lines([foreign, 1]) }))).toEqual([
      'NOT_FOUND',
    ]);
  });
});

describe('items and ingredients', () => {
  const open = (identity: Identity, input: Record<string, unknown>) =>
    mutate(identity, 'createStockItem', 'stockItem { id onHand tracking reorderPoint }', {
      outletId: OWN_OUTLET,
      tracking: 'COUNT',
      ...input,
    });
  const createIngredient = (identity: Identity, name: string) =>
    mutate(identity, 'createIngredient', 'ingredient { id name unit }', { name, unit: 'PIECE' });

  test('an ingredient’s name is unique; an outlet creates, changes and removes its item', async () => {
    const made = await createIngredient(HQ, ' Sedotan Bambu ');
    expect(made.data).toMatchObject({
      createIngredient: { ingredient: { name: 'Sedotan Bambu', unit: 'PIECE' } },
    });
    expect(faults(await createIngredient(HQ, 'Sedotan Bambu'), 'createIngredient')).toEqual([
      'ALREADY_EXISTS name',
    ]);
    expect(faults(await createIngredient(HQ, '  '), 'createIngredient')).toEqual(['INVALID_INPUT name']);
    expect(codesOf(await createIngredient(DEWI, 'Sedotan Kaca'))).toEqual(['FORBIDDEN']);

    const ingredientId = textAt(made, 'createIngredient', 'ingredient', 'id');
    const opened = await open(BUDI, { ingredientId, countedOnHand: 12, reorderPoint: 3 });
    expect(opened.data).toMatchObject({ createStockItem: { stockItem: { onHand: 12, reorderPoint: 3 } } });
    expect(faults(await open(BUDI, { ingredientId }), 'createStockItem')).toEqual([
      'ALREADY_EXISTS ingredientId',
    ]);

    const stockItemId = textAt(opened, 'createStockItem', 'stockItem', 'id');
    const changed = await mutate(BUDI, 'updateStockItem', 'stockItem { reorderPoint }', {
      stockItemId,
      reorderPoint: 20,
    });
    expect(changed.data).toMatchObject({ updateStockItem: { stockItem: { reorderPoint: 20 } } });
    const { rows } = await stock.pool.query('SELECT type FROM outbox WHERE aggregate_id = $1', [stockItemId]);
    expect(rows).toEqual([{ type: 'stock.low' }]);

    const remove = () =>
      stock.run(
        BUDI,
        `mutation ($id: ID!) { removeStockItem(stockItemId: $id) { stockItem { id } ${USER_ERRORS} } }`,
        { id: stockItemId },
      );
    expect(faults(await remove(), 'removeStockItem')).toEqual(['IN_USE stockItemId']);
    await adjust(BUDI, { stockItemId, countedOnHand: 0 });
    expect((await remove()).data).toMatchObject({ removeStockItem: { stockItem: { id: stockItemId } } });
    expect(codesOf(await remove())).toEqual(['NOT_FOUND']);
    expect((await open(BUDI, { ingredientId })).data).toMatchObject({ createStockItem: { userErrors: [] } });
  });

  test('are refused with invalid input', async () => {
    const ingredientId = CATALOGUE.ingredients[0]?.id;
    expect(codesOf(await open(BUDI, { ingredientId: newId() }))).toEqual(['NOT_FOUND']);
    expect(codesOf(await open(BUDI, { ingredientId, outletId: FOREIGN_OUTLET }))).toEqual(['NOT_FOUND']);
    expect(faults(await open(BUDI, { ingredientId, reorderPoint: -1 }), 'createStockItem')).toEqual([
      'INVALID_QUANTITY reorderPoint',
    ]);
    expect(
      faults(await open(BUDI, { ingredientId, tracking: 'SHELF', countedOnHand: 5 }), 'createStockItem'),
    ).toEqual(['INVALID_INPUT countedOnHand']);
  });
});

describe('a shelf', () => {
  const register = (identity: Identity, input: Record<string, unknown>) =>
    mutate(identity, 'registerShelf', 'shelf { id topic gramsPerUnit tareGrams } deviceToken', {
      outletId: OWN_OUTLET,
      stockItemId: seededItem('Susu Segar').id,
      gramsPerUnit: 1,
      tareGrams: 200,
      ...input,
    });
  const tokenHash = async (shelfId: string) =>
    (await stock.pool.query<{ token_hash: Buffer }>('SELECT token_hash FROM shelf WHERE id = $1', [shelfId]))
      .rows[0]?.token_hash ?? Buffer.alloc(32);

  test('gets a token that is shown once and stored as a hash; a new one replaces it', async () => {
    const registered = await register(BUDI, {});
    const shelfId = textAt(registered, 'registerShelf', 'shelf', 'id');
    const first = textAt(registered, 'registerShelf', 'deviceToken');
    expect(registered.data).toMatchObject({
      registerShelf: {
        shelf: {
          topic: `kedai/v1/${OWN_OUTLET}/shelves/${shelfId}/reading`,
          gramsPerUnit: 1,
          tareGrams: 200,
        },
        userErrors: [],
      },
    });
    expect(isTokenOf(first, await tokenHash(shelfId))).toBe(true);

    const rotate = (identity: Identity, id: string) =>
      stock.run(
        identity,
        `mutation ($id: ID!) { rotateDeviceToken(shelfId: $id) { deviceToken shelf { id } ${USER_ERRORS} } }`,
        { id },
      );
    const second = textAt(await rotate(BUDI, shelfId), 'rotateDeviceToken', 'deviceToken');
    expect(isTokenOf(first, await tokenHash(shelfId))).toBe(false);
    expect(isTokenOf(second, await tokenHash(shelfId))).toBe(true);
    expect(codesOf(await rotate(SARI, shelfId))).toEqual(['FORBIDDEN']);
    for (const id of [seededItem('Susu Segar', FOREIGN_OUTLET).shelf?.id ?? '', newId(), 'no-id']) {
      expect(codesOf(await rotate(DEWI, id))).toEqual(['NOT_FOUND']);
    }
  });

  test.each([8.5, 0.001, 1_000])('may weigh units of %d g', async (gramsPerUnit) => {
    expect((await register(BUDI, { gramsPerUnit })).data).toMatchObject({
      registerShelf: { shelf: { gramsPerUnit }, userErrors: [] },
    });
  });

  test('belongs to a weighed item of the outlet and has valid weights', async () => {
    expect(
      faults(await register(BUDI, { stockItemId: seededItem('Kukis Cokelat').id }), 'registerShelf'),
    ).toEqual(['INVALID_STATE stockItemId']);
    expect(faults(await register(BUDI, { gramsPerUnit: 0, tareGrams: -1 }), 'registerShelf')).toEqual([
      'INVALID_QUANTITY gramsPerUnit',
      'INVALID_QUANTITY tareGrams',
    ]);
    expect(codesOf(await register(HQ, { stockItemId: seededItem('Susu Segar', FOREIGN_OUTLET).id }))).toEqual(
      ['NOT_FOUND'],
    );
    expect(codesOf(await register(BUDI, { outletId: FOREIGN_OUTLET }))).toEqual(['NOT_FOUND']);
  });
});
