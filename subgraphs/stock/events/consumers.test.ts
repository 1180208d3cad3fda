import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewEvent } from '../../../platform/events/envelope.js';
import type { EventData, StockReportRow } from '../../../platform/events/event-types.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import { startTestSubgraph, type TestSubgraph, textAt } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { startStock } from '../index.js';
import {
  BUDI,
  DEWI,
  FOREIGN_OUTLET,
  HQ,
  OWN_OUTLET,
  RINA,
  seededItem,
  UNKNOWN_OUTLET,
} from '../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

function orderOf(ingredientId: string, quantity: number): EventData['order.placed'] {
  return {
    orderId: newId(),
    number: 'A-1',
    customerId: newId(),
    outletId: OWN_OUTLET,
    franchiseId: newId(),
    total: 10_000,
    placedAt: '2026-11-20T08:00:00.000Z',
    lines: [],
    requirements: [{ ingredientId, quantity }],
  };
}

async function place(data: EventData['order.placed']): Promise<void> {
  const { orderId: aggregateId } = data;
  await stock.deliver('stock.reservations', { type: 'order.placed', aggregateId, aggregateVersion: 1, data });
}

async function figures(id: string): Promise<unknown> {
  const { data } = await stock.run(HQ, 'query ($id: ID!) { stockItem(id: $id) { onHand reserved drawn } }', {
    id,
  });
  return data?.stockItem;
}

async function publishedTypes(aggregateId: string): Promise<string[]> {
  const { rows } = await stock.pool.query<{ type: string }>(
    'SELECT type FROM outbox WHERE aggregate_id = $1 ORDER BY id',
    [aggregateId],
  );
  return rows.map(({ type }) => type);
}

test('an order reserves its stock when it is placed and consumes it when it is made', async () => {
  const { id, ingredientId, onHand } = seededItem('Roti Bakar');
  const order = orderOf(ingredientId, 3);
  await place(order);
  await eventually(async () => expect(await publishedTypes(order.orderId)).toEqual(['stock.reserved']));
  expect(await figures(id)).toEqual({ onHand, reserved: 3, drawn: 0 });

  const { orderId, number, customerId, outletId, franchiseId } = order;
  const data = { orderId, number, customerId, outletId, franchiseId };
  const preparing = await stock.deliver('stock.order-progress', {
    type: 'order.preparing',
    aggregateId: orderId,
    aggregateVersion: 4,
    data,
  });
  await stock.deliver('stock.order-progress', preparing);
  await eventually(async () =>
    expect(await figures(id)).toEqual({ onHand: onHand - 3, reserved: 0, drawn: 0 }),
  );
});

test('an order whose start is undone has its stock reserved again; other undone steps move nothing', async () => {
  const { id, ingredientId, onHand } = seededItem('Stik Keju');
  const order = orderOf(ingredientId, 3);
  await place(order);
  await eventually(async () => expect(await figures(id)).toMatchObject({ reserved: 3 }));
  const { orderId, number, customerId, outletId, franchiseId } = order;
  const data = { orderId, number, customerId, outletId, franchiseId };
  const about = (aggregateVersion: number) => ({ aggregateId: orderId, aggregateVersion });
  const progress = (event: NewEvent) => stock.deliver('stock.order-progress', event);
  await progress({ type: 'order.preparing', ...about(4), data });
  await eventually(async () => expect(await figures(id)).toMatchObject({ onHand: onHand - 3, reserved: 0 }));
  const idle = await progress({
    ...{ type: 'order.step-undone', ...about(6) },
    data: { ...data, undone: 'READY', status: 'PREPARING' },
  });
  await eventually(async () => {
    const { rows } = await stock.pool.query('SELECT FROM inbox WHERE event_id = $1', [idle.id]);
    expect(rows).toHaveLength(1);
  });
  expect(await figures(id)).toMatchObject({ onHand: onHand - 3, reserved: 0 });
  await progress({
    ...{ type: 'order.step-undone', ...about(7) },
    data: { ...data, undone: 'PREPARING', status: 'PAID' },
  });
  await eventually(async () => expect(await figures(id)).toEqual({ onHand, reserved: 3, drawn: 0 }));
});

test('a cancelled order releases its reservation', async () => {
  const { id, ingredientId, onHand } = seededItem('Kukis Cokelat');
  const order = orderOf(ingredientId, 3);
  await place(order);
  await eventually(async () => expect(await figures(id)).toMatchObject({ reserved: 3 }));
  await stock.deliver('stock.order-progress', {
    type: 'order.cancelled',
    aggregateId: order.orderId,
    aggregateVersion: 2,
    data: { ...order, reason: 'Berubah pikiran' },
  });
  await eventually(async () => expect(await figures(id)).toEqual({ onHand, reserved: 0, drawn: 0 }));
});

test('running out and being back is published for ingredients of limited items alone', async () => {
  const [tumbler, bag] = [seededItem('Tumbler Edisi Terbatas'), seededItem('Tas Kanvas')];
  await place(orderOf(bag.ingredientId, bag.onHand));
  const order = orderOf(tumbler.ingredientId, 100);
  await place(order);
  await eventually(async () =>
    expect(await publishedTypes(tumbler.id)).toEqual(['stock.low', 'stock.limited-availability-changed']),
  );
  await stock.deliver('stock.order-progress', {
    type: 'order.cancelled',
    aggregateId: order.orderId,
    aggregateVersion: 2,
    data: { ...order, reason: 'Batal' },
  });
  await eventually(async () => {
    const { rows } = await stock.pool.query(
      `SELECT aggregate_version AS version, data FROM outbox
       WHERE aggregate_id = $1 AND type = 'stock.limited-availability-changed' ORDER BY id`,
      [tumbler.id],
    );
    const { outletId, ingredientId } = tumbler;
    expect(rows).toEqual([
      { version: 2, data: { outletId, ingredientId, available: 0 } },
      { version: 3, data: { outletId, ingredientId, available: 100 } },
    ]);
  });
  await eventually(async () => expect(await publishedTypes(bag.id)).toEqual(['stock.low']));
});

test('an ingredient that had run out before is published when its item becomes limited', async () => {
  const { id, ingredientId, onHand } = seededItem('Roti Pisang');
  await place(orderOf(ingredientId, onHand));
  await eventually(async () => expect(await figures(id)).toMatchObject({ reserved: onHand }));
  const menuItemId = newId();
  const changed = (isLimited: boolean, version: number) =>
    stock.deliver('stock.menu-copies', {
      type: 'menu-item.changed',
      aggregateId: menuItemId,
      aggregateVersion: version,
      data: {
        menuItemId,
        name: 'Roti Pisang Emas',
        category: 'SNACK',
        price: 50_000,
        isLimited,
        isArchived: false,
        preparationSeconds: 60,
        season: null,
        recipe: [{ ingredientId, quantity: 1 }],
        optionGroups: [],
      },
    });
  await changed(true, 2);
  await eventually(async () =>
    expect(await publishedTypes(id)).toContain('stock.limited-availability-changed'),
  );
  await changed(false, 1);
  await eventually(async () => {
    const { rows } = await stock.pool.query("SELECT FROM inbox WHERE consumer = 'stock.menu-copies'");
    expect(rows).toHaveLength(2);
  });
  const { rows } = await stock.pool.query(
    'SELECT is_limited, version FROM limited_item WHERE menu_item_id = $1',
    [menuItemId],
  );
  expect(rows).toEqual([{ is_limited: true, version: 2 }]);
});

test('an outlet can have stock once its event has been consumed, under its latest name', async () => {
  const outletId = newId();
  const franchiseId = newId();
  const changed = (name: string, version: number) =>
    stock.deliver('stock.menu-copies', {
      type: 'outlet.changed',
      aggregateId: outletId,
      aggregateVersion: version,
      data: {
        outletId,
        franchiseId,
        name,
        city: 'Bandung',
        address: 'Jl. Uji 1',
        phone: '+62',
        timeZone: 'Asia/Jakarta',
      },
    });
  await changed('Kedai Baru', 2);
  await changed('Kedai Lama', 1);
  const { ingredientId } = seededItem('Roti Bakar');
  const open = () =>
    stock.run(
      HQ,
      `mutation ($input: CreateStockItemInput!) { createStockItem(input: $input) {
         stockItem { outlet { name } } userErrors { code } } }`,
      { input: { outletId, ingredientId, tracking: 'COUNT' } },
    );
  const name = await eventually(async () =>
    textAt(await open(), 'createStockItem', 'stockItem', 'outlet', 'name'),
  );
  expect(name).toBe('Kedai Baru');
  expect((await open()).data).toMatchObject({
    createStockItem: { userErrors: [{ code: 'ALREADY_EXISTS' }] },
  });
  const foreign = await stock.run(
    BUDI,
    'query ($outletId: ID!) { stockItems(outletId: $outletId) { nodes { id } } }',
    {
      outletId,
    },
  );
  expect(foreign.data).toEqual({ stockItems: null });
});

test('an outlet made from another keeps the same ingredients as that one, with nothing in stock, once', async () => {
  const outletId = newId();
  const data = {
    ...{
      outletId,
      franchiseId: newId(),
      name: 'Kedai Salinan',
      city: 'Bandung',
      address: 'Jl. Uji 1',
      phone: '+62',
    },
    ...{ timeZone: 'Asia/Jakarta', copyOf: OWN_OUTLET },
  };
  const event = { type: 'outlet.changed', aggregateId: outletId, aggregateVersion: 1, data } as const;
  const itemsOf = async (id: string) => {
    const { rows } = await stock.pool.query<{ ingredient: string }>(
      `SELECT ingredient_id || ' ' || tracking || ' ' || reorder_point AS ingredient FROM stock_item
       WHERE outlet_id = $1 AND removed_at IS NULL ORDER BY 1`,
      [id],
    );
    return rows.map(({ ingredient }) => ingredient);
  };
  await stock.deliver('stock.menu-copies', event);
  await eventually(async () => expect(await itemsOf(outletId)).toEqual(await itemsOf(OWN_OUTLET)));
  await stock.deliver('stock.menu-copies', event);
  await stock.deliver('stock.menu-copies', {
    ...event,
    aggregateVersion: 2,
    data: { ...data, name: 'Kedai Tiruan' },
  });
  await eventually(async () => {
    const { rows } = await stock.pool.query('SELECT name FROM outlet WHERE id = $1', [outletId]);
    expect(rows).toEqual([{ name: 'Kedai Tiruan' }]);
  });
  expect(await itemsOf(outletId)).toEqual(await itemsOf(OWN_OUTLET));
  const { rows } = await stock.pool.query(
    'SELECT DISTINCT on_hand, reserved, available FROM stock_item WHERE outlet_id = $1',
    [outletId],
  );
  expect(rows).toEqual([{ on_hand: 0, reserved: 0, available: 0 }]);
});

test('a run of a schedule is answered with what is on hand, what is low first, by the roles of its owner alone', async () => {
  const answerTo = async (identity: Identity, place: object) => {
    const runId = newId();
    await stock.deliver('stock.scheduled-reports', {
      ...{ type: 'schedule.due', aggregateId: runId, aggregateVersion: 1 },
      data: {
        ...{ scheduleId: newId(), runId, action: 'STOCK_REPORT', ownerId: identity.customerId ?? '' },
        ...{
          roles: [...identity.roles],
          franchiseId: null,
          outletId: null,
          from: '2026-11-29',
          to: '2026-11-29',
        },
        ...place,
      },
    });
    return eventually(async () => {
      const { rows } = await stock.pool.query<{ type: string; data: Report }>(
        'SELECT type, data FROM outbox WHERE aggregate_id = $1',
        [runId],
      );
      const [answer] = rows;
      if (answer === undefined) throw new Error('No answer yet');
      return answer;
    });
  };
  const low = seededItem('Roti Bakar');
  await stock.pool.query('UPDATE stock_item SET reorder_point = on_hand WHERE id = $1', [low.id]);
  const { type, data } = await answerTo(BUDI, { outletId: OWN_OUTLET });
  expect(type).toBe('stock-report.made');
  const { rows } = await stock.pool.query(
    'SELECT id FROM stock_item WHERE outlet_id = $1 AND removed_at IS NULL',
    [OWN_OUTLET],
  );
  expect(data).toMatchObject({ place: data.rows[0]?.outlet, items: rows.length });
  expect(data.rows).toHaveLength(rows.length);
  const isLow = ({ available, reorderPoint }: StockReportRow) => available <= reorderPoint;
  expect(data.rows.findIndex((row) => !isLow(row))).toBe(data.lowItems);
  expect(data.rows.filter(isLow).map(({ ingredient }) => ingredient)).toContain('Roti Bakar');
  const outletsOf = async (identity: Identity, place: object) =>
    new Set((await answerTo(identity, place)).data.rows.map(({ outlet }) => outlet));
  expect(await outletsOf(BUDI, {})).toEqual(new Set([data.place]));
  const franchiseId = DEWI.roles.find(({ role }) => role === 'OWNER')?.franchiseId ?? null;
  const ofFranchise = await outletsOf(DEWI, {});
  expect(ofFranchise.size).toBeGreaterThan(1);
  expect(await outletsOf(HQ, { franchiseId })).toEqual(ofFranchise);
  expect((await outletsOf(HQ, {})).size).toBeGreaterThan(ofFranchise.size);
  const refused = (because: string) => ({ type: 'stock-report.refused', data: { because } });
  expect(await answerTo(RINA, { outletId: OWN_OUTLET })).toMatchObject(refused('FORBIDDEN'));
  for (const place of [{ outletId: FOREIGN_OUTLET }, { outletId: UNKNOWN_OUTLET }, { franchiseId }])
    expect(await answerTo(BUDI, place)).toMatchObject(refused('NOT_FOUND'));
});

type Report = EventData['stock-report.made'];
