import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AnyEvent } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { createLog } from '../../../platform/log.js';
import { eventually } from '../../../tests/support/wait.js';
import {
  type GivenItem,
  givenItem,
  givenOutlet,
  newCause,
  openStockBooks,
  type StockBooks,
} from '../testing/harness.js';
import { menuCopies } from './menu-copies.js';

const log = createLog('silent');
let books: StockBooks;
beforeAll(async () => {
  books = await openStockBooks();
});
afterAll(() => books.close());

const anItem = async (onHand: number) => givenItem(books, { ...(await givenOutlet(books)), onHand });

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

const hear = (...events: AnyEvent[]) => menuCopies(books.database, log).handle(events);

/** What is available of an item, and at which of its versions, each time that it was told. */
async function toldOf({ id }: GivenItem): Promise<unknown[]> {
  const { rows } = await books.database.pool.query<{ told: unknown }>(
    `SELECT jsonb_build_array(aggregate_version, data -> 'available') AS told FROM outbox
     WHERE aggregate_id = $1 AND type = 'stock.limited-availability-changed' ORDER BY id`,
    [id],
  );
  return rows.map(({ told }) => told);
}

function delivery({ id }: GivenItem, delta: number): { text: string; values: unknown[] } {
  return {
    text: `INSERT INTO stock_movement (stock_item_id, figure, delta, kind, trace_id, person_id)
           VALUES ($1, 'ON_HAND', $2, 'COUNT', gen_random_uuid(), gen_random_uuid())`,
    values: [id, delta],
  };
}

test('what came while an item was not limited is told when it is limited again', async () => {
  const [cup, menuItemId] = [await anItem(0), newId()];
  await hear(changed(menuItemId, 1, { recipe: [cup] }));
  await hear(changed(menuItemId, 2, { recipe: [cup], isLimited: false }));
  await books.database.pool.query(delivery(cup, 200));
  expect(await toldOf(cup)).toEqual([[0, 0]]);
  await hear(changed(menuItemId, 3, { recipe: [cup] }));
  expect(await toldOf(cup)).toEqual([
    [0, 0],
    [1, 200],
  ]);
});

test('what came of an ingredient while no limited recipe had it is told when one takes it back', async () => {
  const [cup, lid, menuItemId] = [await anItem(0), await anItem(7), newId()];
  await hear(changed(menuItemId, 1, { recipe: [cup, lid] }));
  await hear(changed(menuItemId, 2, { recipe: [lid] }));
  await books.database.pool.query(delivery(cup, 200));
  await hear(changed(menuItemId, 3, { recipe: [lid, cup] }));
  expect((await toldOf(cup)).at(-1)).toEqual([1, 200]);
});

test('of a limited item whose recipe stays as it was nothing is told', async () => {
  const [cup, menuItemId] = [await anItem(7), newId()];
  await hear(changed(menuItemId, 1, { recipe: [cup] }));
  await hear(changed(menuItemId, 2, { recipe: [cup], price: 60_000 }));
  expect(await toldOf(cup)).toEqual([[1, 7]]);
});

test('what runs out in the same moment is told as it is in the end', async () => {
  const [cup, menuItemId] = [await anItem(7), newId()];
  const kitchen = await books.database.pool.connect();
  try {
    await kitchen.query('BEGIN');
    await kitchen.query(delivery(cup, -7));
    const hearing = hear(changed(menuItemId, 1, { recipe: [cup] }));
    const waiting = eventually(async () => {
      const { rowCount } = await books.database.pool.query(
        `SELECT FROM pg_stat_activity
         WHERE wait_event_type = 'Lock' AND query LIKE '%stock_item%' AND datname = current_database()`,
      );
      expect(rowCount).toBe(1);
    });
    await Promise.race([hearing, waiting]);
    await kitchen.query('COMMIT');
    await hearing;
  } finally {
    kitchen.release();
  }
  expect(await toldOf(cup)).toEqual([[2, 0]]);
});
