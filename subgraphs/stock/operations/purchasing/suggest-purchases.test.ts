import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANONYMOUS, type Identity } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { addDays, todayIn } from '../../../../platform/kit/calendar.js';
import { weekdayOf } from '../../../../platform/kit/opening-hours.js';
import { CATALOGUE } from '../../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../../prisma/seed/stock.js';
import { codesOf, startTestSubgraph, type TestSubgraph, textAt } from '../../../../tests/support/subgraph.js';
import { eventually } from '../../../../tests/support/wait.js';
import { startStock } from '../../index.js';
import {
  BUDI,
  DEWI,
  FOREIGN_OUTLET,
  HQ,
  OWN_OUTLET,
  RINA,
  SARI,
  UNKNOWN_OUTLET,
} from '../../testing/harness.js';

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

const OWN_FRANCHISE = CATALOGUE.outlets.find(({ id }) => id === OWN_OUTLET)?.franchiseId ?? '';
const ZONE = CATALOGUE.outlets.find(({ id }) => id === OWN_OUTLET)?.timeZone ?? '';

const SUGGESTIONS = `query ($outletId: ID!, $first: Int! = 100, $after: ID) {
  purchaseSuggestions(outletId: $outletId, first: $first, after: $after) {
    stockItem { id onOrder } supplier { id } quantity packs packSize packPrice { amount } amount { amount } orderTotal { amount }
    isBelowMinimumOrder
    because {
      basis dailyUse useByWeekday dailyUseSpread measuredDays soldOutHours leadTimeDays leadTimeSpreadDays leadTimeOrders arrivesOn
      nextArrivesOn coverDays demand safetyStock serviceLevel shelfLifeDays spoilingLimit available promised spoiling onOrder drafted needed
      minimumPacks minimumOrderPacks unshelved lastsDays supplierChoice offers { supplier { id } packSize packPrice { amount } arrivesOn }
    }
  }
}`;

interface Suggestion {
  readonly stockItem: { readonly id: string; readonly onOrder: number };
  readonly supplier: { readonly id: string };
  readonly quantity: number;
  readonly packs: number;
  readonly packSize: number;
  readonly because: {
    readonly [figure: string]: unknown;
    readonly coverDays: number;
    readonly dailyUse: number;
    readonly useByWeekday: readonly number[];
    readonly demand: number;
    readonly safetyStock: number;
    readonly available: number;
    readonly spoiling: number;
    readonly onOrder: number;
    readonly drafted: number;
    readonly needed: number;
  };
}

const suggest = (identity: Identity, variables: object = {}) =>
  stock.run(identity, SUGGESTIONS, { outletId: OWN_OUTLET, ...variables });

async function suggestions(variables: object = {}): Promise<readonly Suggestion[]> {
  const { data, errors } = await suggest(BUDI, variables);
  expect(errors).toBeUndefined();
  return Reflect.get(Object(data), 'purchaseSuggestions');
}

async function suggestionOf(stockItemId: string): Promise<Suggestion | undefined> {
  return (await suggestions()).find(({ stockItem }) => stockItem.id === stockItemId);
}

async function mutate(identity: Identity, name: string, selection: string, input: object) {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const source = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code field } } }`;
  return stock.run(identity, source, { input });
}

const idOf = async (identity: Identity, name: string, thing: string, input: object) =>
  textAt(await mutate(identity, name, `${thing} { id }`, input), name, thing, 'id');

interface StockedItem {
  readonly ingredientId: string;
  readonly stockItemId: string;
}

async function stockedItem(reorderPoint = 0): Promise<StockedItem> {
  const ingredientId = await idOf(HQ, 'createIngredient', 'ingredient', {
    ...{ name: `Bahan ${newId()}`, unit: 'PIECE' },
  });
  const stockItemId = await idOf(BUDI, 'createStockItem', 'stockItem', {
    ...{ outletId: OWN_OUTLET, ingredientId, tracking: 'COUNT', countedOnHand: 0, reorderPoint },
  });
  return { ingredientId, stockItemId };
}

const supplierOf = ({ ingredientId }: StockedItem, price: object = {}, rest: object = {}) =>
  idOf(DEWI, 'createSupplier', 'supplier', {
    ...{ franchiseId: OWN_FRANCHISE, name: `Pemasok ${newId()}`, leadTimeDays: 1 },
    ...{ prices: [{ ingredientId, packSize: 30, price: 30_000, ...price }], ...rest },
  });

/** On each of the last so many days, counted back from yesterday: at an hour of the outlet's clocks, what is added or used. */
interface Moves {
  readonly daysAgo: number;
  readonly hour: number;
  readonly delta: number;
}

/** Straight into the ledger, since time does not pass for a test. */
async function happened({ stockItemId }: StockedItem, moves: readonly Moves[]): Promise<void> {
  await stock.pool.query(
    `INSERT INTO stock_movement (id, at, figure, kind, delta, stock_item_id, franchise_id, outlet_id, trace_id, order_id, person_id)
     SELECT uuidv7(moment - clock_timestamp()), moment, 'ON_HAND', (CASE WHEN delta < 0 THEN 'CONSUMPTION' ELSE 'OPENING' END)::"StockMovementKind",
            delta, $1, $2, $3, $4, CASE WHEN delta < 0 THEN $4::uuid END, CASE WHEN delta >= 0 THEN $4::uuid END
     FROM unnest($5::integer[], $6::float8[], $7::integer[]) WITH ORDINALITY AS move (days_ago, hour, delta, place),
       LATERAL (SELECT (((now() AT TIME ZONE $8)::date - days_ago) + make_interval(secs => hour * 3600)) AT TIME ZONE $8 AS moment) AS time
     ORDER BY place`,
    [
      ...[stockItemId, OWN_FRANCHISE, OWN_OUTLET, newId()],
      ...[
        moves.map(({ daysAgo }) => daysAgo),
        moves.map(({ hour }) => hour),
        moves.map(({ delta }) => delta),
      ],
      ZONE,
    ],
  );
}

const DAYS_AGO = Array.from({ length: 28 }, (_, index) => 28 - index);
/** Ten an hour from 8 to 18 o'clock. */
const usedOn = (daysAgo: number, hours = 10): Moves[] =>
  Array.from({ length: hours }, (_, hour) => ({ daysAgo, hour: 8.5 + hour, delta: -10 }));

/** A hundred a day for four weeks, of which so much is left. Its ledger begins long before. */
async function usedItem(left: number): Promise<StockedItem> {
  const item = await stockedItem();
  const before = { daysAgo: 40, hour: 12, delta: 2_800 + left };
  await happened(item, [before, ...DAYS_AGO.flatMap((daysAgo) => usedOn(daysAgo))]);
  return item;
}

/** As `PurchaseReckoning` says that a quantity comes about. */
function expectToAddUp({ quantity, packs, packSize, because }: Suggestion): void {
  const { demand, safetyStock, available, spoiling, onOrder, drafted, needed } = because;
  expect(needed).toBe(demand + safetyStock - available + spoiling - onOrder - drafted);
  expect(packs).toBe(Math.ceil(needed / packSize));
  expect(quantity).toBe(packs * packSize);
  expect(because.dailyUse * because.coverDays).toBeCloseTo(demand, 6);
}

describe('a suggestion', () => {
  test('comes from what was used, with a reckoning that adds up to whole packs', async () => {
    const item = await usedItem(20);
    const supplierId = await supplierOf(item);
    const suggestion = await suggestionOf(item.stockItemId);
    if (suggestion === undefined) throw new Error('Nothing is suggested');
    expectToAddUp(suggestion);
    expect(suggestion).toMatchObject({
      ...{ supplier: { id: supplierId }, packSize: 30 },
      because: {
        ...{ basis: 'MEASURED_USE', available: 20, promised: 0, onOrder: 0, drafted: 0, measuredDays: 28 },
        ...{ soldOutHours: 0, serviceLevel: 0.98, supplierChoice: 'ONLY', leadTimeOrders: 0 },
        useByWeekday: Array.from({ length: 7 }, () => expect.closeTo(100, 6)),
      },
    });
  });

  test('is not made where what there is suffices, or nobody sells it', async () => {
    const enough = await usedItem(1_000);
    await supplierOf(enough);
    const unsold = await usedItem(0);
    expect(await suggestionOf(enough.stockItemId)).toBeUndefined();
    expect(await suggestionOf(unsold.stockItemId)).toBeUndefined();
  });

  test('does not take hours in which an item was sold out for hours without demand', async () => {
    const item = await stockedItem();
    await supplierOf(item);
    // Every other day there is only half of what is asked for, and the rest of the day nothing.
    const days = DAYS_AGO.flatMap((daysAgo) =>
      daysAgo % 2 === 0
        ? [{ daysAgo, hour: 1, delta: 50 }, ...usedOn(daysAgo, 5)]
        : [{ daysAgo, hour: 1, delta: 100 }, ...usedOn(daysAgo)],
    );
    await happened(item, days);
    const suggestion = await suggestionOf(item.stockItemId);
    const mean = (suggestion?.because.useByWeekday ?? []).reduce((sum, use) => sum + use / 7, 0);
    expect(mean).toBeGreaterThan(90);
    expect(mean).toBeLessThan(115);
    expect(suggestion?.because).toMatchObject({ measuredDays: 28 });
    expect(suggestion?.because.soldOutHours).toBeGreaterThan(100);
  });

  test('comes from the levels by the hour once these are counted, with the same demand', async () => {
    const item = await stockedItem();
    await supplierOf(item);
    const days = DAYS_AGO.flatMap((daysAgo) => [
      { daysAgo, hour: 1, delta: daysAgo % 2 === 0 ? 50 : 100 },
      ...usedOn(daysAgo, daysAgo % 2 === 0 ? 5 : 10),
    ]);
    await happened(item, [...days, { daysAgo: 1, hour: 23, delta: 7 }]);
    const { pool } = stock;
    // A movement of this moment has the others counted with it, which have ids of the past.
    await pool.query(
      `INSERT INTO stock_movement (id, at, figure, kind, delta, stock_item_id, franchise_id, outlet_id, trace_id, person_id)
       VALUES (uuidv7(), now(), 'ON_HAND', 'COUNT', 1, $1, $2, $3, $4, $4)`,
      [item.stockItemId, OWN_FRANCHISE, OWN_OUTLET, newId()],
    );
    const before = await suggestionOf(item.stockItemId);
    await eventually(async () => {
      const { rows } = await pool.query(
        `SELECT counted_until >= due AS counted
         FROM roll_up_levels(now() + interval '10 minutes', now() - interval '90 days', now() - interval '730 days')`,
      );
      expect(rows).toEqual([{ counted: true }]);
    });
    const hours = await pool.query('SELECT sum(used)::int AS used FROM level_hour WHERE stock_item_id = $1', [
      item.stockItemId,
    ]);
    expect(hours.rows).toEqual([{ used: 14 * 50 + 14 * 100 }]);
    const after = await suggestionOf(item.stockItemId);
    const shown = ({ because }: Suggestion) => [
      because.useByWeekday,
      because.measuredDays,
      because.soldOutHours,
    ];
    if (before === undefined || after === undefined) throw new Error('Nothing is suggested');
    expect(shown(after)).toEqual(shown(before));
    expect(after.because.soldOutHours).toBeGreaterThan(100);
  });

  test('counts what is on the way and what is drafted, and so does the item', async () => {
    const item = await usedItem(0);
    const supplierId = await supplierOf(item);
    const before = await suggestionOf(item.stockItemId);
    const order = (quantity: number) =>
      idOf(BUDI, 'createPurchaseOrder', 'purchaseOrder', {
        ...{ outletId: OWN_OUTLET, supplierId, idempotencyKey: newId() },
        lines: [{ stockItemId: item.stockItemId, quantity }],
      });
    const sent = await order(60);
    for (const step of ['approvePurchaseOrder', 'sendPurchaseOrder']) {
      await stock.run(BUDI, `mutation ($id: ID!) { ${step}(id: $id) { userErrors { code } } }`, { id: sent });
    }
    await order(30);
    const after = await suggestionOf(item.stockItemId);
    if (before === undefined || after === undefined) throw new Error('Nothing is suggested');
    expectToAddUp(after);
    expect(after).toMatchObject({ stockItem: { onOrder: 60 }, because: { onOrder: 60, drafted: 30 } });
    expect(before.quantity - after.quantity).toBe(90);
  });

  test('counts what another outlet has sent', async () => {
    const item = await usedItem(0);
    await supplierOf(item);
    const sister =
      CATALOGUE.outlets.find(({ id, franchiseId }) => franchiseId === OWN_FRANCHISE && id !== OWN_OUTLET)
        ?.id ?? '';
    const fromStockItemId = await idOf(DEWI, 'createStockItem', 'stockItem', {
      ...{ outletId: sister, ingredientId: item.ingredientId, tracking: 'COUNT', countedOnHand: 90 },
    });
    const before = await suggestionOf(item.stockItemId);
    await idOf(DEWI, 'transferStock', 'transfer', {
      ...{ fromStockItemId, toOutletId: OWN_OUTLET, quantity: 90, idempotencyKey: newId() },
    });
    const after = await suggestionOf(item.stockItemId);
    if (before === undefined || after === undefined) throw new Error('Nothing is suggested');
    expectToAddUp(after);
    expect(after.because).toMatchObject({ onOrder: 90, needed: before.because.needed - 90 });
    expect(after.stockItem.onOrder).toBe(0);
  });

  test('counts what was delivered and no scale has shown as on the way, for two days', async () => {
    const item = await usedItem(0);
    await supplierOf(item);
    await stock.pool.query(`UPDATE stock_item SET tracking = 'SHELF' WHERE id = $1`, [item.stockItemId]);
    const before = await suggestionOf(item.stockItemId);
    const delivery = await idOf(BUDI, 'receiveDelivery', 'delivery', {
      ...{ outletId: OWN_OUTLET, idempotencyKey: newId() },
      lines: [{ stockItemId: item.stockItemId, quantity: 90 }],
    });
    const delivered = await suggestionOf(item.stockItemId);
    if (before === undefined || delivered === undefined) throw new Error('Nothing is suggested');
    expectToAddUp(delivered);
    expect(delivered.because).toMatchObject({
      unshelved: 90,
      onOrder: 90,
      needed: before.because.needed - 90,
    });

    await stock.pool.query(
      `INSERT INTO stock_movement (id, at, figure, kind, delta, stock_item_id, franchise_id, outlet_id, trace_id, person_id)
       VALUES (uuidv7(), now(), 'ON_HAND', 'COUNT', 60, $1, $2, $3, $4, $4)`,
      [item.stockItemId, OWN_FRANCHISE, OWN_OUTLET, newId()],
    );
    const { needed } = delivered.because;
    const shown = await suggestionOf(item.stockItemId);
    expect(shown?.because).toMatchObject({ available: 60, unshelved: 30, onOrder: 30, needed });

    await stock.pool.query(
      `UPDATE delivery SET received_at = received_at - interval '49 hours' WHERE id = $1`,
      [delivery],
    );
    const later = await suggestionOf(item.stockItemId);
    expect(later?.because).toMatchObject({ unshelved: 0, onOrder: 0, needed: needed + 30 });
  });

  test('is filled up to what its supplier takes orders of, where that does not last too long', async () => {
    const [one, other] = [await usedItem(0), await usedItem(0)];
    const prices = [one, other].map(({ ingredientId }) => ({ ingredientId, packSize: 30, price: 30_000 }));
    const supplierId = await supplierOf(one, {}, { prices });
    const ofSupplier = async () => (await suggestions()).filter(({ supplier }) => supplier.id === supplierId);
    const plain = await ofSupplier();
    const total = plain.reduce((sum, { packs }) => sum + packs * 30_000, 0);
    const setMinimum = (minimumOrder: number) =>
      mutate(DEWI, 'updateSupplier', 'supplier { id }', { supplierId, minimumOrder });

    await setMinimum(total + 100_000);
    const filled = await ofSupplier();
    const orderTotal = filled.reduce((sum, { packs }) => sum + packs * 30_000, 0);
    expect(orderTotal).toBeGreaterThanOrEqual(total + 100_000);
    expect(orderTotal).toBeLessThanOrEqual(total + 180_000);
    for (const [place, suggestion] of filled.entries()) {
      const before = plain[place]?.packs ?? 0;
      expect(suggestion).toMatchObject({
        ...{ orderTotal: { amount: orderTotal }, isBelowMinimumOrder: false },
        because: { minimumOrderPacks: suggestion.packs - before },
      });
      expect(suggestion.packs).toBeGreaterThan(before);
    }

    await setMinimum(1_000_000_000);
    expect(await ofSupplier()).toMatchObject(
      plain.map(({ packs }) => ({ packs, orderTotal: { amount: total }, isBelowMinimumOrder: true })),
    );
  });

  test('names the cheapest supplier that comes in time, or the preferred one, and all that sell the item', async () => {
    const item = await usedItem(150);
    // Tomorrow and in four days: 150 last until then, and not until the next time.
    const deliveryWeekdays = [1, 4].map((days) => weekdayOf(addDays(todayIn(ZONE), days)));
    const near = await supplierOf(item, { packSize: 10, price: 12_000 }, { deliveryWeekdays });
    const far = await supplierOf(item, { price: 15_000 }, { leadTimeDays: 20 });
    const chosen = await suggestionOf(item.stockItemId);
    expect(chosen).toMatchObject({
      ...{ supplier: { id: near }, because: { supplierChoice: 'CHEAPEST' } },
    });
    expect(chosen?.because.offers).toEqual([
      expect.objectContaining({ supplier: { id: far }, packPrice: { amount: 15_000 } }),
      expect.objectContaining({ supplier: { id: near }, packPrice: { amount: 12_000 } }),
    ]);
    const prices = [{ ingredientId: item.ingredientId, packSize: 30, price: 15_000, isPreferred: true }];
    await mutate(DEWI, 'updateSupplier', 'supplier { id }', { supplierId: far, prices });
    expect(await suggestionOf(item.stockItemId)).toMatchObject({
      ...{ supplier: { id: far }, because: { supplierChoice: 'PREFERRED' } },
    });
  });

  test('goes by how late a supplier was, once three of its orders have come', async () => {
    const item = await usedItem(0);
    const supplierId = await supplierOf(item, {}, { leadTimeDays: 2 });
    for (const late of [1, 2, 3]) {
      const id = await idOf(BUDI, 'createPurchaseOrder', 'purchaseOrder', {
        ...{ outletId: OWN_OUTLET, supplierId, idempotencyKey: newId() },
        lines: [{ stockItemId: item.stockItemId, quantity: 30 }],
      });
      for (const step of ['approvePurchaseOrder', 'sendPurchaseOrder']) {
        await stock.run(BUDI, `mutation ($id: ID!) { ${step}(id: $id) { userErrors { code } } }`, { id });
      }
      await mutate(BUDI, 'receiveDelivery', 'delivery { id }', {
        ...{ outletId: OWN_OUTLET, purchaseOrderId: id, idempotencyKey: newId() },
        lines: [{ stockItemId: item.stockItemId, quantity: 30 }],
      });
      await stock.pool.query(
        `UPDATE purchase_order SET expected_on = (now() AT TIME ZONE $2)::date - $3::integer WHERE id = $1`,
        [id, ZONE, late],
      );
    }
    const suggestion = await suggestionOf(item.stockItemId);
    expect(suggestion?.because).toMatchObject({ leadTimeOrders: 3, leadTimeSpreadDays: 1 });
    // 2 days, 2 late; it comes at the hour at which it came, which is now.
    expect(suggestion?.because).toMatchObject({ leadTimeDays: expect.closeTo(4, 1) });
    // z · daily use · 1 day, as the use is the same every day.
    expect(suggestion?.because.safetyStock).toBeCloseTo(2.0537 * (suggestion?.because.dailyUse ?? 0), 0);
  });

  test('of goods that spoil is limited by how long they are good', async () => {
    const item = await usedItem(0);
    await supplierOf(item, { shelfLifeDays: 2 }, { leadTimeDays: 0, deliveryWeekdays: ['MONDAY'] });
    const suggestion = await suggestionOf(item.stockItemId);
    expect(suggestion?.because).toMatchObject({ shelfLifeDays: 2, spoilingLimit: expect.any(Number) });
    expect(Number(suggestion?.because.coverDays)).toBeLessThan(10);
  });

  test('goes by the reorder point where too few days were measured', async () => {
    const item = await stockedItem(50);
    await supplierOf(item);
    expect(await suggestionOf(item.stockItemId)).toMatchObject({
      ...{ quantity: 120, because: { basis: 'REORDER_POINT', demand: 0, safetyStock: 100, needed: 100 } },
    });
  });
});

describe('drafts of what is suggested', () => {
  const draft = (identity: Identity, input: object = {}) =>
    mutate(
      identity,
      'draftSuggestedOrders',
      'purchaseOrders { id status supplier { id } lines { stockItem { id } quantity } }',
      {
        ...{ outletId: OWN_OUTLET, idempotencyKey: newId(), ...input },
      },
    );

  test('are made once for each supplier, and are not suggested again', async () => {
    const [item, other] = [await usedItem(0), await usedItem(0)];
    const supplierIds = [await supplierOf(item), await supplierOf(other)];
    const suggested = await suggestionOf(item.stockItemId);
    const input = { supplierIds, idempotencyKey: newId() };
    const made = await draft(BUDI, input);
    expect(made.data).toMatchObject({
      draftSuggestedOrders: {
        purchaseOrders: supplierIds.map((id) => ({ status: 'DRAFT', supplier: { id } })),
        userErrors: [],
      },
    });
    expect(made.data).toMatchObject({
      draftSuggestedOrders: {
        purchaseOrders: [
          { lines: [{ stockItem: { id: item.stockItemId }, quantity: suggested?.quantity }] },
          { lines: [{ stockItem: { id: other.stockItemId } }] },
        ],
      },
    });
    expect(await draft(BUDI, input)).toEqual(made);
    expect(await suggestionOf(item.stockItemId)).toBeUndefined();
    expect((await draft(BUDI, { supplierIds })).data).toEqual({
      draftSuggestedOrders: {
        ...{ purchaseOrders: null, userErrors: [{ code: 'INVALID_STATE', field: ['outletId'] }] },
      },
    });
  });

  test('are made once for requests at the same time', async () => {
    const item = await usedItem(0);
    const supplierIds = [await supplierOf(item)];
    const made = await Promise.all(
      [BUDI, DEWI, HQ, BUDI].map(async (identity) => (await draft(identity, { supplierIds })).data),
    );
    const { rows } = await stock.pool.query(
      'SELECT packs > 0 AS suffices FROM purchase_order_line WHERE stock_item_id = $1',
      [item.stockItemId],
    );
    expect(rows).toEqual([{ suffices: true }]);
    const refused = { purchaseOrders: null, userErrors: [{ code: 'INVALID_STATE', field: ['outletId'] }] };
    const others = made.filter((data) => Object(data).draftSuggestedOrders.purchaseOrders === null);
    expect(others).toEqual([refused, refused, refused].map((payload) => ({ draftSuggestedOrders: payload })));
  });

  test('are for those who order at the outlet', async () => {
    expect(codesOf(await draft(ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await draft(SARI))).toEqual(['FORBIDDEN']);
    expect(codesOf(await draft(BUDI, { outletId: FOREIGN_OUTLET }))).toEqual(['NOT_FOUND']);
  });
});

describe('suggestions', () => {
  test('are read by pages, oldest item first', async () => {
    const all = (await suggestions()).map(({ stockItem }) => stockItem.id);
    expect(all.length).toBeGreaterThan(3);
    expect(all).toEqual([...all].sort());
    const [first, second, third] = all;
    const page = await suggestions({ first: 2, after: first });
    expect(page.map(({ stockItem }) => stockItem.id)).toEqual([second, third]);
    for (const many of [0, 501]) {
      expect(codesOf(await suggest(BUDI, { first: many }))).toEqual(['BAD_USER_INPUT']);
    }
  });

  test('are for managers, owners and head office, of their own outlets', async () => {
    expect(codesOf(await suggest(ANONYMOUS))).toEqual(['UNAUTHENTICATED']);
    for (const identity of [RINA, SARI]) expect(codesOf(await suggest(identity))).toEqual(['FORBIDDEN']);
    for (const outletId of [FOREIGN_OUTLET, UNKNOWN_OUTLET, 'no-id']) {
      expect(codesOf(await suggest(BUDI, { outletId }))).toEqual(['NOT_FOUND']);
    }
    for (const identity of [DEWI, HQ]) expect((await suggest(identity)).errors).toBeUndefined();
  });
});
