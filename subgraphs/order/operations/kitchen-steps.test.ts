import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Identity } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { CATALOGUE } from '../../../prisma/seed/catalogue.js';
import { codesOf, textAt } from '../../../tests/support/subgraph.js';
import {
  DRINK,
  GUEST,
  MANAGER_ELSEWHERE,
  type OrderHarness,
  OUTLET,
  person,
  startHarness,
} from '../testing/harness.js';

const step = (name: string) =>
  `mutation ($id: ID!) { ${name}(orderId: $id) { order { status estimatedReadyAt } userErrors { code } } }`;
const SET_PRIORITY = `mutation ($id: ID!, $priority: OrderPriority!) {
  setPriority(orderId: $id, priority: $priority) { order { priority } userErrors { code } } }`;
const SET_LINE_READY = `mutation ($id: ID!, $lineId: ID!, $isReady: Boolean!) {
  setLineReady(orderId: $id, lineId: $lineId, isReady: $isReady) { order { id } userErrors { code } } }`;
const REMAKE = `mutation ($input: RemakeLinesInput!) {
  remakeLines(input: $input) { order { status lines { isReady timesRemade } } userErrors { code } } }`;
const CANCEL = `mutation ($id: ID!, $drink: DrinkOutcome) {
  cancelOrder(orderId: $id, reason: "Susu basi", drink: $drink) { order { status drink statusReason } userErrors { code } } }`;
const SET_STATION = `mutation ($input: SetStationInput!) {
  setStation(input: $input) { outlet { id } userErrors { code } } }`;
const STATION_QUEUE = `query ($outletId: ID!, $station: String) {
  kitchenQueue(outletId: $outletId, station: $station) { id lines { station } } }`;
const RECALL = `query ($outletId: ID!, $first: Int, $after: String) {
  kitchenRecall(outletId: $outletId, first: $first, after: $after) { nodes { id } totalCount pageInfo { endCursor } } }`;
const QUEUE = 'query ($outletId: ID!) { kitchenQueue(outletId: $outletId) { id status } }';

const other = CATALOGUE.menuItems.find(
  ({ id, isLimited, season }) => id !== DRINK.id && !isLimited && season === null,
);
if (other === undefined) throw new Error('The demo chain has several drinks.');
const OTHER_DRINK = other;

/** The codes of a mutation's user errors and of the answer's. */
function faultsOf(result: ExecutionResult): unknown[] {
  const payloads = z.record(
    z.string(),
    z.object({ userErrors: z.array(z.object({ code: z.string() })).default([]) }).nullable(),
  );
  const userErrors = Object.values(payloads.parse(result.data ?? {})).flatMap(
    (payload) => payload?.userErrors ?? [],
  );
  return [...userErrors.map(({ code }) => code), ...codesOf(result)];
}

/** An outlet and a barista of its own for each test, so that queues do not mix. */
function aKitchen(index: number) {
  const outlet = CATALOGUE.outlets[index];
  if (outlet === undefined) throw new Error(`There is no outlet ${index}`);
  return {
    outletId: outlet.id,
    barista: person({ role: 'BARISTA', outletId: outlet.id, franchiseId: null }),
  };
}

describe('the kitchen', () => {
  let unit: OrderHarness;
  beforeAll(async () => {
    unit = await startHarness();
  });
  afterAll(() => unit.stop());

  it('has the paid, preparing and ready orders in its queue, oldest first', async () => {
    const { outletId, barista } = aKitchen(3);
    const { orderId: first } = await unit.paid(GUEST, { outletId });
    const { orderId: second } = await unit.paid(GUEST, { outletId });
    await unit.place(GUEST, { outletId });
    const { orderId: done } = await unit.paid(GUEST, { outletId });
    for (const name of ['startPreparing', 'markReady', 'completeOrder']) {
      expect(codesOf(await unit.run(barista, step(name), { id: done }))).toEqual([]);
    }
    await unit.run(barista, step('startPreparing'), { id: first });
    expect(await unit.run(barista, QUEUE, { outletId })).toEqual({
      data: {
        kitchenQueue: [
          { id: first, status: 'PREPARING' },
          { id: second, status: 'PAID' },
        ],
      },
    });
  });

  it('takes the steps in their order only', async () => {
    const { outletId, barista } = aKitchen(4);
    const id = await unit.place(GUEST, { outletId });
    const refused = (name: string) => ({
      data: { [name]: { order: null, userErrors: [{ code: 'INVALID_STATE' }] } },
    });
    expect(await unit.run(barista, step('startPreparing'), { id })).toEqual(refused('startPreparing'));
    const { orderId: paid } = await unit.paid(GUEST, { outletId });
    expect(await unit.run(barista, step('markReady'), { id: paid })).toEqual(refused('markReady'));
    expect(await unit.run(barista, step('completeOrder'), { id: paid })).toEqual(refused('completeOrder'));
    await unit.run(barista, step('startPreparing'), { id: paid });
    expect(await unit.run(barista, step('startPreparing'), { id: paid })).toEqual(refused('startPreparing'));
    expect(await unit.status(paid)).toBe('PREPARING');
  });

  it('takes its last steps back, one by one, and forward again', async () => {
    const { outletId, barista } = aKitchen(7);
    const { orderId: id } = await unit.paid(GUEST, { outletId });
    const salesOf = async () =>
      (await unit.pool.query('SELECT orders, revenue FROM sales_day WHERE outlet_id = $1', [outletId])).rows;
    const sales = await salesOf();
    const take = async (name: string) => faultsOf(await unit.run(barista, step(name), { id }));
    for (const name of ['startPreparing', 'markReady', 'completeOrder']) expect(await take(name)).toEqual([]);
    for (const status of ['READY', 'PREPARING', 'PAID']) {
      expect(await take('undoStep')).toEqual([]);
      expect(await unit.status(id)).toBe(status);
    }
    expect(await take('undoStep')).toEqual(['INVALID_STATE']);
    expect(await take('startPreparing')).toEqual([]);
    expect((await unit.publishedTypes(id)).slice(3)).toEqual([
      ...['order.preparing', 'order.ready', 'order.completed'],
      ...['order.step-undone', 'order.step-undone', 'order.step-undone', 'order.preparing'],
    ]);
    expect(await salesOf()).toEqual(sales);
  });

  it('takes no step back after a minute', async () => {
    const { outletId, barista } = aKitchen(8);
    const { orderId: id } = await unit.paid(GUEST, { outletId });
    await unit.run(barista, step('startPreparing'), { id });
    await unit.pool.query(
      `UPDATE order_status_entry SET at = at - interval '61 seconds' WHERE order_id = $1 AND status = 'PREPARING'`,
      [id],
    );
    const result = await unit.run(barista, step('undoStep'), { id });
    expect(result).toEqual({ data: { undoStep: { order: null, userErrors: [{ code: 'INVALID_STATE' }] } } });
    expect(await unit.status(id)).toBe('PREPARING');
  });

  it('makes what must go first before what came first', async () => {
    const { outletId, barista } = aKitchen(9);
    const { orderId: first } = await unit.paid(GUEST, { outletId });
    const { orderId: second } = await unit.paid(GUEST, { outletId });
    const prioritize = (id: string, priority: string) => unit.run(barista, SET_PRIORITY, { id, priority });
    const ids = async () => {
      const { data } = await unit.run(barista, QUEUE, { outletId });
      return data?.kitchenQueue;
    };
    const estimate = async (id: string) =>
      Date.parse(
        textAt(
          await unit.run(GUEST, 'query ($id: ID!) { order(id: $id) { estimatedReadyAt } }', { id }),
          'order',
          'estimatedReadyAt',
        ),
      );
    expect(await estimate(second)).toBeGreaterThan(await estimate(first));
    expect(await prioritize(second, 'RUSH')).toMatchObject({
      data: { setPriority: { order: { priority: 'RUSH' }, userErrors: [] } },
    });
    expect(await ids()).toMatchObject([{ id: second }, { id: first }]);
    expect(await estimate(first)).toBeGreaterThan(await estimate(second));
    await prioritize(second, 'NORMAL');
    expect(await ids()).toMatchObject([{ id: first }, { id: second }]);
    const cancelled = await unit.place(GUEST, { outletId });
    await unit.run(GUEST, 'mutation ($id: ID!) { cancelOrder(orderId: $id) { userErrors { code } } }', {
      id: cancelled,
    });
    expect(faultsOf(await prioritize(cancelled, 'RUSH'))).toEqual(['INVALID_STATE']);
  });

  it('has lines ready one by one, and the order only when it says so', async () => {
    const { outletId, barista } = aKitchen(10);
    const lines = [
      { menuItemId: DRINK.id, quantity: 1 },
      { menuItemId: DRINK.id, quantity: 2, note: 'Es sedikit' },
    ];
    const { orderId: id } = await unit.paid(GUEST, { outletId, lines });
    const lineReady = (lineId: string, isReady = true) =>
      unit.run(barista, SET_LINE_READY, { id, lineId, isReady });
    const ready = async () => {
      const { data } = await unit.run(
        GUEST,
        'query ($id: ID!) { order(id: $id) { status lines { isReady } } }',
        { id },
      );
      return data?.order;
    };
    expect(faultsOf(await lineReady(`${id}.0`))).toEqual(['INVALID_STATE']);
    await unit.run(barista, step('startPreparing'), { id });
    expect(faultsOf(await lineReady(`${id}.0`))).toEqual([]);
    expect(await ready()).toEqual({ status: 'PREPARING', lines: [{ isReady: true }, { isReady: false }] });
    await lineReady(`${id}.0`, false);
    await lineReady(`${id}.1`);
    await lineReady(`${id}.0`);
    expect(await ready()).toEqual({ status: 'PREPARING', lines: [{ isReady: true }, { isReady: true }] });
    await lineReady(`${id}.0`, false);
    await unit.run(barista, step('markReady'), { id });
    expect(await ready()).toEqual({ status: 'READY', lines: [{ isReady: true }, { isReady: true }] });
    await unit.run(barista, step('undoStep'), { id });
    expect(await ready()).toEqual({ status: 'PREPARING', lines: [{ isReady: false }, { isReady: true }] });
    for (const lineId of [`${id}.2`, `${id}.00`, `${id}.-1`, newId(), '']) {
      expect(faultsOf(await lineReady(lineId))).toEqual(['NOT_FOUND']);
    }
  });

  it('makes lines a second time, for which the guest pays nothing', async () => {
    const { outletId, barista } = aKitchen(13);
    const lines = [
      { menuItemId: DRINK.id, quantity: 1 },
      { menuItemId: DRINK.id, quantity: 2, note: 'Es sedikit' },
    ];
    const { orderId: id } = await unit.paid(GUEST, { outletId, lines });
    const remake = (lineIds: readonly string[], reason = 'Tumpah') =>
      unit.run(barista, REMAKE, { input: { orderId: id, lineIds, reason } });
    expect(faultsOf(await remake([`${id}.1`]))).toEqual(['INVALID_STATE']);
    for (const name of ['startPreparing', 'markReady', 'completeOrder'])
      await unit.run(barista, step(name), { id });
    const { rows: before } = await unit.pool.query('SELECT total, sales_day FROM orders WHERE id = $1', [id]);

    expect(await remake([`${id}.1`])).toEqual({
      data: {
        remakeLines: {
          order: {
            status: 'PREPARING',
            lines: [
              { isReady: true, timesRemade: 0 },
              { isReady: false, timesRemade: 1 },
            ],
          },
          userErrors: [],
        },
      },
    });
    expect(await unit.run(barista, QUEUE, { outletId })).toMatchObject({
      data: { kitchenQueue: [{ id, status: 'PREPARING' }] },
    });
    const { rows: published } = await unit.pool.query(
      `SELECT aggregate_version AS version, data->'lines' AS lines, data->'requirements' AS requirements FROM outbox
       WHERE aggregate_id = $1 AND type = 'order.lines-remade'`,
      [id],
    );
    const required = await unit.pool.query(
      `SELECT data->'requirements' AS all FROM outbox WHERE aggregate_id = $1 AND type = 'order.placed'`,
      [id],
    );
    const ofThree: { ingredientId: string; quantity: number }[] = required.rows[0]?.all;
    expect(published).toEqual([
      {
        version: 7,
        lines: [{ menuItemId: DRINK.id, name: DRINK.name, quantity: 2 }],
        requirements: ofThree.map(({ ingredientId, quantity }) => ({
          ingredientId,
          quantity: (quantity * 2) / 3,
        })),
      },
    ]);
    expect((await unit.pool.query('SELECT total, sales_day FROM orders WHERE id = $1', [id])).rows).toEqual(
      before,
    );

    // Once more while it is being made: the other line is still ready.
    expect(await remake([`${id}.1`, `${id}.1`])).toMatchObject({
      data: { remakeLines: { order: { lines: [{ isReady: true }, { isReady: false, timesRemade: 2 }] } } },
    });
    for (const name of ['markReady', 'completeOrder']) {
      expect(faultsOf(await unit.run(barista, step(name), { id }))).toEqual([]);
    }

    // A retry after a lost answer makes nothing, not even when the order was handed over meanwhile.
    const once = { orderId: id, lineIds: [`${id}.0`], reason: 'Tumpah', idempotencyKey: newId() };
    const retries = await Promise.all([1, 2, 3].map(() => unit.run(barista, REMAKE, { input: once })));
    const made = { order: { lines: [{ timesRemade: 1 }, { timesRemade: 2 }] }, userErrors: [] };
    for (const { data } of retries) expect(data).toMatchObject({ remakeLines: made });
    for (const name of ['markReady', 'completeOrder']) await unit.run(barista, step(name), { id });
    const late = await unit.run(barista, REMAKE, { input: once });
    expect(late.data).toMatchObject({ remakeLines: { order: { ...made.order, status: 'COMPLETED' } } });
    const other = { ...once, lineIds: [`${id}.1`] };
    expect(faultsOf(await unit.run(barista, REMAKE, { input: other }))).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    const { rowCount } = await unit.pool.query(
      "SELECT FROM outbox WHERE aggregate_id = $1 AND type = 'order.lines-remade'",
      [id],
    );
    expect(rowCount).toBe(3);
    expect(faultsOf(await remake([]))).toEqual(['INVALID_INPUT']);
    expect(faultsOf(await remake([`${id}.0`], ' '))).toEqual(['INVALID_INPUT']);
    expect(faultsOf(await remake([`${id}.0`, `${id}.2`]))).toEqual(['NOT_FOUND']);
  });

  it('cancels what it is making, and says what becomes of the drink', async () => {
    const { outletId, barista } = aKitchen(14);
    const cancel = (identity: Identity, id: string, drink: string | null) =>
      unit.run(identity, CANCEL, { id, drink });
    for (const steps of [['startPreparing'], ['startPreparing', 'markReady']]) {
      const { orderId: id, paymentId } = await unit.paid(GUEST, { outletId });
      for (const name of steps) await unit.run(barista, step(name), { id });
      expect(faultsOf(await cancel(GUEST, id, null))).toEqual(['INVALID_STATE']);
      expect(faultsOf(await cancel(GUEST, id, 'WASTED'))).toEqual(['INVALID_STATE']);
      expect(faultsOf(await cancel(MANAGER_ELSEWHERE, id, 'WASTED'))).toEqual(['NOT_FOUND']);
      expect(faultsOf(await cancel(barista, id, null))).toEqual(['INVALID_STATE']);
      expect(await cancel(barista, id, 'WASTED')).toMatchObject({
        data: { cancelOrder: { order: { status: 'CANCELLED', drink: 'WASTED', statusReason: 'Susu basi' } } },
      });
      const { rows } = await unit.pool.query(
        `SELECT data->>'drink' AS drink FROM outbox WHERE aggregate_id = $1 AND type = 'order.cancelled'`,
        [id],
      );
      expect(rows).toEqual([{ drink: 'WASTED' }]);
      await unit.refunded(id, paymentId);
      await unit.reaches(id, 'REFUNDED');
    }
    const { orderId: paid } = await unit.paid(GUEST, { outletId });
    expect(faultsOf(await cancel(GUEST, paid, 'GIVEN_AWAY'))).toEqual(['INVALID_INPUT']);
    expect(faultsOf(await cancel(barista, paid, 'GIVEN_AWAY'))).toEqual(['FORBIDDEN']);
    expect(faultsOf(await cancel(GUEST, paid, null))).toEqual([]);
  });

  it('begins with the stations of the outlet that it is made from', async () => {
    const { outletId: template } = aKitchen(16);
    const { franchiseId } = OUTLET;
    const manager = person({ role: 'MANAGER', outletId: template, franchiseId: null });
    const atBar = { outletId: template, menuItemIds: [DRINK.id], station: 'Bar' };
    expect(faultsOf(await unit.run(manager, SET_STATION, { input: atBar }))).toEqual([]);
    const outletId = newId('Outlet');
    await unit.deliver('order.menu-copy', {
      ...{ type: 'outlet.changed', aggregateId: outletId, aggregateVersion: 1 },
      data: {
        ...{ outletId, franchiseId, name: 'Kedai Baru', city: 'Bandung', address: '', phone: '' },
        ...{ timeZone: 'Asia/Jakarta', copyOf: template },
      },
    });
    const lines = [DRINK, OTHER_DRINK].map(({ id }) => ({ menuItemId: id, quantity: 1 }));
    const { orderId } = await unit.paid(GUEST, { outletId, lines });
    const barista = person({ role: 'BARISTA', outletId, franchiseId: null });
    const { data } = await unit.run(barista, STATION_QUEUE, { outletId, station: 'Bar' });
    expect(data?.kitchenQueue).toEqual([{ id: orderId, lines: [{ station: 'Bar' }, { station: null }] }]);
  });

  it('has a queue for each of its stations', async () => {
    const { outletId, barista } = aKitchen(15);
    const manager = person({ role: 'MANAGER', outletId, franchiseId: null });
    const [atBar, atOven] = [DRINK.id, OTHER_DRINK.id];
    const set = (identity: Identity, menuItemIds: readonly string[], station: string | null) =>
      unit.run(identity, SET_STATION, { input: { outletId, menuItemIds, station } });
    const ordered = async (...items: string[]) => {
      const lines = items.map((menuItemId) => ({ menuItemId, quantity: 1 }));
      return (await unit.paid(GUEST, { outletId, lines })).orderId;
    };
    const [bar, both, oven] = [await ordered(atBar), await ordered(atBar, atOven), await ordered(atOven)];
    const queue = async (station?: string) => {
      const { data } = await unit.run(barista, STATION_QUEUE, { outletId, station });
      return data?.kitchenQueue;
    };
    expect(faultsOf(await set(manager, [atBar], 'Bar'))).toEqual([]);
    expect(faultsOf(await set(manager, [atOven], 'Oven'))).toEqual([]);
    expect(await queue('Bar')).toMatchObject([{ id: bar }, { id: both }]);
    expect(await queue('Oven')).toEqual([
      { id: both, lines: [{ station: 'Bar' }, { station: 'Oven' }] },
      { id: oven, lines: [{ station: 'Oven' }] },
    ]);
    expect(await queue()).toMatchObject([{ id: bar }, { id: both }, { id: oven }]);
    expect(await queue('Roof')).toEqual([]);
    const seenByGuest = await unit.run(GUEST, 'query ($id: ID!) { order(id: $id) { lines { station } } }', {
      id: bar,
    });
    expect(seenByGuest).toEqual({ data: { order: { lines: [{ station: null }] } } });

    const changes = await unit.subscribe(
      barista,
      `subscription ($outletId: ID!) { kitchenQueueChanged(outletId: $outletId, station: "Oven") { queue { id } } }`,
      { outletId },
    );
    expect((await changes.next()).value).toEqual({
      data: { kitchenQueueChanged: { queue: [{ id: both }, { id: oven }] } },
    });
    await changes.return();

    expect(faultsOf(await set(manager, [atBar], null))).toEqual([]);
    expect(await queue('Bar')).toEqual([]);
    expect(faultsOf(await set(manager, [], 'Bar'))).toEqual(['INVALID_INPUT']);
    expect(faultsOf(await set(manager, [atBar], ' '))).toEqual(['INVALID_INPUT']);
    expect(faultsOf(await set(manager, [newId()], 'Bar'))).toEqual(['NOT_FOUND']);
    expect(faultsOf(await set(barista, [atBar], 'Bar'))).toEqual(['FORBIDDEN']);
    expect(faultsOf(await set(MANAGER_ELSEWHERE, [atBar], 'Bar'))).toEqual(['NOT_FOUND']);
  });

  it('reports to its screens what it says of a ticket', async () => {
    const { outletId, barista } = aKitchen(11);
    const { orderId: id } = await unit.paid(GUEST, { outletId });
    const changes = await unit.subscribe(
      barista,
      'subscription ($outletId: ID!) { kitchenQueueChanged(outletId: $outletId) { order { id } queue { priority } } }',
      { outletId },
    );
    expect((await changes.next()).value).toMatchObject({
      data: { kitchenQueueChanged: { queue: [{ priority: 'NORMAL' }] } },
    });
    await unit.run(barista, SET_PRIORITY, { id, priority: 'RUSH' });
    expect((await changes.next()).value).toEqual({
      data: { kitchenQueueChanged: { order: { id }, queue: [{ priority: 'RUSH' }] } },
    });
    await changes.return();
  });

  it('recalls what it has made, the newest first, page by page', async () => {
    const { outletId, barista } = aKitchen(12);
    const made: string[] = [];
    for (const steps of [
      ['startPreparing', 'markReady'],
      ['startPreparing', 'markReady', 'completeOrder'],
      ['startPreparing'],
    ]) {
      const { orderId: id } = await unit.paid(GUEST, { outletId });
      for (const name of steps) await unit.run(barista, step(name), { id });
      if (steps.length > 1) made.unshift(id);
    }
    const recall = (identity: Identity, variables: object) =>
      unit.run(identity, RECALL, { outletId, ...variables });
    const page = await recall(barista, { first: 1 });
    expect(page).toMatchObject({ data: { kitchenRecall: { nodes: [{ id: made[0] }], totalCount: 2 } } });
    const after = textAt(page, 'kitchenRecall', 'pageInfo', 'endCursor');
    expect(await recall(barista, { first: 5, after })).toMatchObject({
      data: { kitchenRecall: { nodes: [{ id: made[1] }] } },
    });
    expect(faultsOf(await recall(GUEST, {}))).toEqual(['FORBIDDEN']);
    expect(faultsOf(await recall(MANAGER_ELSEWHERE, {}))).toEqual(['NOT_FOUND']);
  });

  it('is restricted to its own staff', async () => {
    const { outletId } = aKitchen(5);
    const { orderId: id } = await unit.paid(GUEST, { outletId });
    for (const name of ['startPreparing', 'markReady', 'completeOrder', 'undoStep']) {
      expect(codesOf(await unit.run(GUEST, step(name), { id }))).toEqual(['FORBIDDEN']);
      expect(codesOf(await unit.run(MANAGER_ELSEWHERE, step(name), { id }))).toEqual(['NOT_FOUND']);
      expect(codesOf(await unit.run(MANAGER_ELSEWHERE, step(name), { id: newId() }))).toEqual(['NOT_FOUND']);
    }
    for (const [source, variables] of [
      [SET_PRIORITY, { priority: 'RUSH' }],
      [SET_LINE_READY, { lineId: `${id}.0`, isReady: true }],
      [REMAKE, { input: { orderId: id, lineIds: [], reason: '' } }],
    ] as const) {
      expect(codesOf(await unit.run(GUEST, source, { id, ...variables }))).toEqual(['FORBIDDEN']);
      expect(codesOf(await unit.run(MANAGER_ELSEWHERE, source, { id, ...variables }))).toEqual(['NOT_FOUND']);
    }
    expect(codesOf(await unit.run(GUEST, QUEUE, { outletId }))).toEqual(['FORBIDDEN']);
    expect(codesOf(await unit.run(MANAGER_ELSEWHERE, QUEUE, { outletId }))).toEqual(['NOT_FOUND']);
    expect(await unit.status(id)).toBe('PAID');
  });

  it('estimates when an order will be ready by the queue before it', async () => {
    const { outletId } = aKitchen(6);
    const lines = [{ menuItemId: DRINK.id, quantity: 10 }];
    await unit.paid(GUEST, { outletId, lines });
    const { orderId: id } = await unit.paid(GUEST, { outletId });
    const before = Date.now();
    const result = await unit.run(GUEST, 'query ($id: ID!) { order(id: $id) { estimatedReadyAt } }', { id });
    const expected = before + 11 * DRINK.preparationSeconds * 1_000;
    const estimated = Date.parse(textAt(result, 'order', 'estimatedReadyAt'));
    expect(estimated).toBeGreaterThanOrEqual(expected);
    expect(estimated).toBeLessThanOrEqual(expected + Date.now() - before);
  });
});
