import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { newTraceparent, traceIdOf } from '../../../platform/trace.js';
import { type GivenItem, givenItem, givenOutlet, openTestStock, type TestStock } from '../testing/harness.js';
import { reportSoldOut } from './report-sold-out.js';

let stock: TestStock;
beforeAll(async () => {
  stock = await openTestStock();
});
afterAll(() => stock.close());

async function move({ id, outletId, franchiseId }: GivenItem, delta: number): Promise<void> {
  await stock.database.prisma.stockMovement.create({
    data: {
      ...{
        stockItemId: id,
        outletId,
        franchiseId,
        figure: 'ON_HAND',
        delta,
        kind: 'OPENING',
        personId: newId(),
      },
      traceId: traceIdOf(newTraceparent()) ?? '',
    },
  });
}

/** Twice at once, as two processes do. */
const look = () => Promise.all([1, 2].map(() => reportSoldOut(stock.database)));

async function published(menuItemId: string): Promise<unknown[]> {
  const { rows } = await stock.database.pool.query(
    `SELECT aggregate_version AS version, data ->> 'outletId' AS "outletId", (data ->> 'isSoldOut')::boolean AS "isSoldOut"
     FROM outbox WHERE type = 'stock.sold-out-changed' AND data ->> 'menuItemId' = $1 ORDER BY aggregate_id, id`,
    [menuItemId],
  );
  return rows;
}

it('says once that no serving is left at an outlet, once that there is one again, and nothing of outlets where there always was', async () => {
  const [here, there] = [await givenOutlet(stock), await givenOutlet(stock)];
  const milk = await givenItem(stock, { ...here, onHand: 1_000 });
  const { ingredientId } = milk;
  await givenItem(stock, { ...there, ingredientId, onHand: 1_000 });
  const menuItemId = newId();
  await stock.database.pool.query(
    'INSERT INTO serving_recipe (menu_item_id, recipe, is_archived, version) VALUES ($1, $2, false, 1)',
    [menuItemId, JSON.stringify([{ ingredientId, quantity: 150 }])],
  );
  await look();
  expect(await published(menuItemId)).toEqual([]);

  await move(milk, -900);
  await look();
  await look();
  const ranOut = { version: 1, outletId: here.outletId, isSoldOut: true };
  expect(await published(menuItemId)).toEqual([ranOut]);

  await move(milk, 500);
  await look();
  const isBack = { version: 2, outletId: here.outletId, isSoldOut: false };
  expect(await published(menuItemId)).toEqual([ranOut, isBack]);

  await move(milk, -500);
  await look();
  await stock.database.pool.query('UPDATE serving_recipe SET is_archived = true WHERE menu_item_id = $1', [
    menuItemId,
  ]);
  await look();
  expect(await published(menuItemId)).toEqual([
    ...[ranOut, isBack],
    { version: 3, outletId: here.outletId, isSoldOut: true },
    { version: 4, outletId: here.outletId, isSoldOut: false },
  ]);
});
