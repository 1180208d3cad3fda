import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AnyEvent, newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { createLog } from '../../../platform/log.js';
import { eventually } from '../../../tests/support/wait.js';
import { type GivenItem, givenItem, givenOutlet, openTestStock, type TestStock } from '../testing/harness.js';
import { consumer } from './menu-copies.js';

const log = createLog('silent');
let stock: TestStock;
beforeAll(async () => {
  stock = await openTestStock();
});
afterAll(() => stock.close());

const anItem = async (onHand: number) => givenItem(stock, { ...(await givenOutlet(stock)), onHand });

function changed(
  menuItemId: string,
  version: number,
  { isLimited = true, price = 50_000, recipe }: { isLimited?: boolean; price?: number; recipe: GivenItem[] },
): AnyEvent {
  return {
    ...{
      id: newId(),
      type: 'menu-item.changed',
      version: 1,
      source: 'menu',
      occurredAt: new Date().toISOString(),
    },
    ...{ aggregateId: menuItemId, aggregateVersion: version, metadata: newCause() },
    data: {
      ...{ menuItemId, name: 'Edisi', category: 'SNACK', price, isLimited, isArchived: false },
      ...{ preparationSeconds: 60, season: null, optionGroups: [] },
      recipe: recipe.map(({ ingredientId }) => ({ ingredientId, quantity: 1 })),
    },
  };
}

const consume = (...events: AnyEvent[]) => consumer({ database: stock.database, log }).handle(events);

/** The versions of an item that were published, each with what was available. */
async function publishedOf({ id }: GivenItem): Promise<unknown[]> {
  const { rows } = await stock.database.pool.query<{ pair: unknown }>(
    `SELECT jsonb_build_array(aggregate_version, data -> 'available') AS pair FROM outbox
     WHERE aggregate_id = $1 AND type = 'stock.limited-availability-changed' ORDER BY id`,
    [id],
  );
  return rows.map(({ pair }) => pair);
}

function delivery({ id }: GivenItem, delta: number): { text: string; values: unknown[] } {
  return {
    text: `INSERT INTO stock_movement (stock_item_id, franchise_id, outlet_id, figure, delta, kind, trace_id, person_id)
           SELECT id, franchise_id, outlet_id, 'ON_HAND', $2, 'COUNT', gen_random_uuid(), gen_random_uuid()
           FROM stock_item WHERE id = $1`,
    values: [id, delta],
  };
}

test('what was delivered while an item was not limited is published when it is limited again', async () => {
  const [cup, menuItemId] = [await anItem(0), newId()];
  await consume(changed(menuItemId, 1, { recipe: [cup] }));
  await consume(changed(menuItemId, 2, { recipe: [cup], isLimited: false }));
  await stock.database.pool.query(delivery(cup, 200));
  expect(await publishedOf(cup)).toEqual([[0, 0]]);
  await consume(changed(menuItemId, 3, { recipe: [cup] }));
  expect(await publishedOf(cup)).toEqual([
    [0, 0],
    [1, 200],
  ]);
});

test('what was delivered while no limited recipe used the ingredient is published when one uses it again', async () => {
  const [cup, lid, menuItemId] = [await anItem(0), await anItem(7), newId()];
  await consume(changed(menuItemId, 1, { recipe: [cup, lid] }));
  await consume(changed(menuItemId, 2, { recipe: [lid] }));
  await stock.database.pool.query(delivery(cup, 200));
  await consume(changed(menuItemId, 3, { recipe: [lid, cup] }));
  expect((await publishedOf(cup)).at(-1)).toEqual([1, 200]);
});

test('nothing is published for a limited item whose recipe has not changed', async () => {
  const [cup, menuItemId] = [await anItem(7), newId()];
  await consume(changed(menuItemId, 1, { recipe: [cup] }));
  await consume(changed(menuItemId, 2, { recipe: [cup], price: 60_000 }));
  expect(await publishedOf(cup)).toEqual([[1, 7]]);
});

test('an ingredient that an option adds to a limited item is published as one of its recipe', async () => {
  const [cup, straw, sugar] = [await anItem(7), await anItem(0), await anItem(3)];
  const event = changed(newId(), 1, { recipe: [cup] });
  if (event.type !== 'menu-item.changed') throw new Error('Not a menu item');
  const option = (item: GivenItem, quantity: number) => ({
    ...{ id: newId(), name: 'Pilihan', priceDelta: 0, isDefault: true },
    recipe: [{ ingredientId: item.ingredientId, quantity }],
  });
  event.data.optionGroups = [
    { id: newId(), name: 'Sedotan', minimum: 0, maximum: 2, options: [option(straw, 1), option(sugar, -1)] },
  ];
  await consume(event);
  expect([await publishedOf(cup), await publishedOf(straw), await publishedOf(sugar)]).toEqual([
    [[1, 7]],
    [[0, 0]],
    [],
  ]);
});

test('an ingredient that runs out concurrently is published with its final level', async () => {
  const [cup, menuItemId] = [await anItem(7), newId()];
  const kitchen = await stock.database.pool.connect();
  try {
    await kitchen.query('BEGIN');
    await kitchen.query(delivery(cup, -7));
    const consuming = consume(changed(menuItemId, 1, { recipe: [cup] }));
    const waiting = eventually(async () => {
      const { rowCount } = await stock.database.pool.query(
        `SELECT FROM pg_stat_activity
         WHERE wait_event_type = 'Lock' AND query LIKE '%stock_item%' AND datname = current_database()`,
      );
      expect(rowCount).toBe(1);
    });
    await Promise.race([consuming, waiting]);
    await kitchen.query('COMMIT');
    await consuming;
  } finally {
    kitchen.release();
  }
  expect(await publishedOf(cup)).toEqual([[2, 0]]);
});
