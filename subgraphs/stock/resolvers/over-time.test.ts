/** What an item had on hand, and when it runs out, as callers ask for it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ANONYMOUS } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import type { SeedStockItem } from '../../../prisma/seed/catalogue.js';
import { seedStock } from '../../../prisma/seed/stock.js';
import {
  codesOf,
  startTestSubgraph,
  statementsDuring,
  type TestSubgraph,
} from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { startStock } from '../index.js';
import { DEWI, FOREIGN_OUTLET, OWN_OUTLET, SARI, seededItem } from '../testing/harness.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let stock: TestSubgraph;
beforeAll(async () => {
  stock = await startTestSubgraph('stock', startStock, { seed: seedStock });
});
afterAll(() => stock.stop());

/** Movements by orders, one after each `every` milliseconds from `begin` to now, of a counted item. */
async function givenUse(item: SeedStockItem, begin: number, every: number, quantity: number): Promise<void> {
  await stock.pool.query(
    `INSERT INTO stock_movement (id, stock_item_id, franchise_id, outlet_id, figure, delta, kind, at, trace_id, order_id)
     SELECT uuidv7(at - clock_timestamp()), $1, $2, $3, 'ON_HAND', -$4::integer, 'CONSUMPTION', at, $5, $5
     FROM generate_series($6::timestamptz, $7::timestamptz, make_interval(secs => $8)) AS at`,
    [
      ...[item.id, item.franchiseId, item.outletId, quantity, newId()],
      ...[new Date(begin), new Date(Date.now() - 1_000), every / 1_000],
    ],
  );
}

const HISTORY = `query ($id: ID!, $from: DateTime!, $to: DateTime, $resolution: HistoryResolution!) {
  stockItem(id: $id) { id history(from: $from, to: $to, resolution: $resolution) { at minimum maximum last } } }`;
const historySchema = z.object({
  data: z.object({
    stockItem: z.object({
      history: z.array(
        z.object({ at: z.coerce.date(), minimum: z.number(), maximum: z.number(), last: z.number() }),
      ),
    }),
  }),
});

async function historyOf(id: string, from: number, resolution: string) {
  const result = await stock.run(SARI, HISTORY, { id, from: new Date(from).toISOString(), resolution });
  return historySchema.parse(result).data.stockItem.history;
}

describe('the history of an item', () => {
  test('includes the present span, with the level of this moment', async () => {
    const milk = seededItem('Susu Segar');
    for (const resolution of ['FIVE_MINUTES', 'HOUR', 'DAY']) {
      const points = await historyOf(milk.id, Date.now() - 2 * DAY, resolution);
      expect(points.at(-1)).toMatchObject({ minimum: milk.onHand, maximum: milk.onHand, last: milk.onHand });
      expect(points.length).toBeGreaterThan(1);
      expect(points.map(({ at }) => at.getTime())).toEqual(
        points.map(({ at }) => at.getTime()).toSorted((a, b) => a - b),
      );
    }
    expect(await historyOf(milk.id, Date.now() - 2 * DAY, 'RAW')).toEqual([]);
  });

  test('of a day begins at the outlet’s own midnight, and before the item was there it has nothing', async () => {
    const points = await historyOf(seededItem('Susu Segar').id, Date.parse('2025-12-01T00:00:00Z'), 'DAY');
    expect(points[0]?.at).toEqual(new Date('2025-12-31T17:00:00Z'));
  });

  test('with too many points is refused, and the message says the way out', async () => {
    const { id } = seededItem('Susu Segar');
    for (const [resolution, wayOut] of [
      ['FIVE_MINUTES', 'HOUR'],
      ['HOUR', 'DAY'],
    ]) {
      const from = new Date(Date.now() - 600 * DAY).toISOString();
      const result = await stock.run(SARI, HISTORY, { id, from, resolution });
      expect(codesOf(result)).toEqual(['BAD_USER_INPUT']);
      expect(result.errors?.[0]?.message).toContain(`for ${wayOut}`);
      expect(result.data).toMatchObject({ stockItem: { id, history: null } });
    }
    const [from, to] = [new Date().toISOString(), new Date(Date.now() - 1).toISOString()];
    expect(codesOf(await stock.run(SARI, HISTORY, { id, from, to, resolution: 'RAW' }))).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  test('of another franchise’s item is not seen', async () => {
    const { id } = seededItem('Susu Segar', FOREIGN_OUTLET);
    const variables = { id, from: new Date(0).toISOString(), resolution: 'DAY' };
    expect(codesOf(await stock.run(SARI, HISTORY, variables))).toEqual(['NOT_FOUND']);
    expect(codesOf(await stock.run(DEWI, HISTORY, variables))).toEqual(['NOT_FOUND']);
  });
});

const RUNS_OUT = 'query ($id: ID!) { stockItem(id: $id) { available runsOutAt } }';
const runsOutSchema = z.object({
  data: z.object({ stockItem: z.object({ available: z.number(), runsOutAt: z.coerce.date().nullable() }) }),
});
const runsOutAt = async (id: string) =>
  runsOutSchema.parse(await stock.run(SARI, RUNS_OUT, { id })).data.stockItem;

const AVAILABILITY = `query ($representations: [_Any!]!) { _entities(representations: $representations) {
  ... on MenuItem { availability(outletId: "${OWN_OUTLET}") { inStock servings soldOutAt } } } }`;
const availabilitySchema = z.object({
  data: z.object({
    _entities: z.array(
      z.object({
        availability: z.object({
          inStock: z.boolean(),
          servings: z.number(),
          soldOutAt: z.coerce.date().nullable(),
        }),
      }),
    ),
  }),
});
const menuItem = (...recipe: { item: SeedStockItem; quantity: number }[]) => ({
  __typename: 'MenuItem',
  id: newId(),
  servingRecipe: recipe.map(({ item, quantity }) => ({
    ingredient: { __typename: 'Ingredient', id: item.ingredientId },
    quantity,
  })),
});
async function availabilityOf(...representations: object[]) {
  const result = await stock.run(ANONYMOUS, AVAILABILITY, { representations });
  return availabilitySchema.parse(result).data._entities.map(({ availability }) => availability);
}

describe('an item that is used', () => {
  const tumbler = seededItem('Tumbler Edisi Terbatas');
  const milk = seededItem('Susu Segar');

  test('runs out within a minute of the truth, and a menu item with it, when a serving is no longer there', async () => {
    expect((await runsOutAt(milk.id)).runsOutAt).toBeNull();
    // As much in each six seconds as leaves some hours' use after five hours.
    const portion = Math.floor(milk.onHand / 4_200);
    await givenUse(milk, Date.now() - 5 * HOUR, 6_000, portion);
    const { available, runsOutAt: moment } = await runsOutAt(milk.id);
    const truth = Date.now() + (available / portion) * 6_000;
    expect(truth - Date.now()).toBeGreaterThan(HOUR);
    expect(Math.abs((moment?.getTime() ?? 0) - truth)).toBeLessThan(MINUTE);

    const [one, large] = await availabilityOf(
      menuItem({ item: tumbler, quantity: 1 }, { item: milk, quantity: 1 }),
      menuItem({ item: milk, quantity: Math.floor(available / 2) }),
    );
    expect(Math.abs((one?.soldOutAt?.getTime() ?? 0) - truth)).toBeLessThan(MINUTE);
    expect(large?.soldOutAt?.getTime()).toBeLessThan(one?.soldOutAt?.getTime() ?? 0);
  });

  test('says since when it is sold out, and comes back by itself when stock does', async () => {
    const { available } = await runsOutAt(tumbler.id);
    const before = Date.now() - 1;
    await givenUse(tumbler, Date.now() - 1_000, HOUR, available);
    const item = menuItem({ item: tumbler, quantity: 1 });
    const [soldOut] = await availabilityOf(item);
    expect(soldOut).toMatchObject({ inStock: false, servings: 0 });
    expect(soldOut?.soldOutAt?.getTime()).toBeGreaterThan(before - 2_000);
    expect(soldOut?.soldOutAt?.getTime()).toBeLessThanOrEqual(Date.now());
    expect((await runsOutAt(tumbler.id)).runsOutAt).toEqual(soldOut?.soldOutAt);

    await stock.pool.query(
      `INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, person_id)
       VALUES ($1, $2, $3, 'ON_HAND', 50, 'COUNT', $4, $4)`,
      [tumbler.id, tumbler.franchiseId, tumbler.outletId, newId()],
    );
    const [back] = await availabilityOf(item);
    expect(back).toMatchObject({ inStock: true, servings: 50 });
    expect(back?.soldOutAt?.getTime()).toBeGreaterThan(Date.now());
  });

  test('that staff took off by hand is not sold out', async () => {
    const item = menuItem({ item: tumbler, quantity: 1 });
    await stock.deliver('stock.menu-copies', {
      type: 'hand-availability.changed',
      aggregateId: `${item.id}:${OWN_OUTLET}`,
      aggregateVersion: 1,
      data: {
        outletId: OWN_OUTLET,
        menuItemId: item.id,
        subjectId: item.id,
        isAvailable: false,
        until: null,
      },
    });
    await eventually(async () =>
      expect(await availabilityOf(item)).toEqual([{ inStock: false, servings: 0, soldOutAt: null }]),
    );
  });

  test('is asked for with all others of a menu at once', async () => {
    const items = Array.from({ length: 60 }, (_, place) =>
      menuItem({ item: tumbler, quantity: 1 + (place % 60) }, { item: milk, quantity: 1 + place }),
    );
    const statements = await statementsDuring(() => availabilityOf(...items));
    expect(statements.filter((text) => /item_use|use_of_items/.test(text))).toHaveLength(1);
    expect(
      statements.filter((text) => /FROM unnest\(\$1::uuid\[\], \$2::integer\[\]\) AS need/.test(text)),
    ).toHaveLength(1);
    expect(statements.length).toBeLessThan(20);
  });
});
