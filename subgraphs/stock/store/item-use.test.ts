/** What was used, from ledgers whose truth is known: refills, hands and counts are no use. */
import { v7 } from 'uuid';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { usedUpAt } from '../domain/run-out.js';
import {
  type GivenItem,
  givenItem,
  givenOutlet,
  givenShelf,
  openTestStock,
  type TestStock,
} from '../testing/harness.js';
import { findUse } from './item-use.js';
import { rollUpLevels } from './level-history.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const RETENTION = { fiveMinutesDays: 90, hourDays: 730 };

let stock: TestStock;
let now: Date;
beforeAll(async () => {
  stock = await openTestStock();
  now = new Date();
});
afterAll(() => stock.close());

interface Change {
  readonly at: number;
  readonly delta: number;
}

/** By readings, or by orders where the item has no shelf. */
async function givenChanges(
  item: GivenItem,
  changes: readonly Change[],
  shelfId: string | null,
): Promise<void> {
  await stock.database.pool.query(
    `INSERT INTO stock_movement (id, stock_item_id, franchise_id, outlet_id, figure, delta, kind, at, trace_id, shelf_id, order_id, boot_id, seq, grams)
     SELECT made.id, $2, $3, $4, 'ON_HAND', delta, CASE WHEN $7::uuid IS NULL THEN 'CONSUMPTION' ELSE 'READING' END::"StockMovementKind",
            uuid_extract_timestamp(made.id), $5, $7, CASE WHEN $7::uuid IS NULL THEN $5::uuid END,
            boot.id, CASE WHEN boot.id IS NOT NULL THEN 1 END, CASE WHEN boot.id IS NOT NULL THEN 0 END
     FROM (SELECT CASE WHEN $7::uuid IS NOT NULL THEN 'boot-1' END AS id) AS boot, unnest($1::uuid[], $6::integer[]) AS made (id, delta) ORDER BY made.id`,
    [
      ...[changes.map(({ at }) => v7({ msecs: at })), item.id, item.franchiseId, item.outletId, newId()],
      ...[changes.map(({ delta }) => delta), shelfId],
    ],
  );
}

async function givenWeighed(opening: number): Promise<{ item: GivenItem; shelfId: string }> {
  const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
  const { id: shelfId } = await givenShelf(stock, item);
  await givenChanges(item, [{ at: now.getTime() - 40 * 24 * HOUR, delta: opening }], shelfId);
  return { item, shelfId };
}

/** Steps of `every` until `end`, whose last one is one step ago. */
function steadily(begin: number, end: number, every: number, delta: number): Change[] {
  const changes: Change[] = [];
  for (let at = begin + every; at < end; at += every) changes.push({ at, delta });
  return changes;
}

async function useOf({ id }: GivenItem) {
  const [use] = await findUse(stock.database, [id], now);
  if (use === undefined) throw new Error('The item exists');
  return use;
}

async function countAll(): Promise<void> {
  for (;;) {
    const { countedUntil, due } = await rollUpLevels(stock.database, now, RETENTION);
    if (countedUntil !== null && countedUntil >= due) return;
  }
}

test('what is used at a constant rate runs out when it must, counted or not', async () => {
  const item = await givenItem(stock, { ...(await givenOutlet(stock)), onHand: 20_000 });
  // 600 an hour.
  await givenChanges(item, steadily(now.getTime() - 6 * HOUR, now.getTime(), 6 * SECOND, -1), null);
  const expectTruth = async () => {
    const moment = usedUpAt(1_200, await useOf(item), now);
    expect(Math.abs((moment?.getTime() ?? 0) - (now.getTime() + 2 * HOUR))).toBeLessThan(MINUTE);
  };
  await expectTruth();
  await countAll();
  await expectTruth();
});

test('a refill is no use, and does not hide what was used before and after it', async () => {
  const { item, shelfId } = await givenWeighed(4_000);
  await givenChanges(item, steadily(now.getTime() - 5 * HOUR, now.getTime(), 10 * SECOND, -2), shelfId);
  const refilledAt = now.getTime() - 70 * MINUTE + 3 * SECOND;
  await givenChanges(item, [{ at: refilledAt, delta: 5_000 }], shelfId);
  const { presentPerHour } = await useOf(item);
  expect(presentPerHour).toBeGreaterThan(640);
  expect(presentPerHour).toBeLessThan(730);
});

test('a container that is off its scale for ten minutes is not used up, and one that comes back fuller neither', async () => {
  const comesBack = await givenWeighed(4_000);
  await givenChanges(
    comesBack.item,
    [
      { at: now.getTime() - 60 * MINUTE, delta: -4_000 },
      { at: now.getTime() - 50 * MINUTE, delta: 3_900 },
    ],
    comesBack.shelfId,
  );
  const filled = await givenWeighed(4_000);
  await givenChanges(
    filled.item,
    [
      { at: now.getTime() - 60 * MINUTE, delta: -4_000 },
      { at: now.getTime() - 45 * MINUTE, delta: 9_000 },
    ],
    filled.shelfId,
  );
  const [one, other] = [await useOf(comesBack.item), await useOf(filled.item)];
  expect(one.presentPerHour).toBeGreaterThan(0);
  expect(one.presentPerHour).toBeLessThan(120);
  expect(other.presentPerHour).toBe(0);
});

test('what is sent off a scale to another outlet is no use, as it happens and in the hours of the past', async () => {
  const { item, shelfId } = await givenWeighed(9_000);
  const { outletId } = await givenOutlet(stock);
  const sentAt = now.getTime() - 70 * MINUTE;
  // Recorded when it is off the scale already; meanwhile 720 an hour are used.
  await givenChanges(item, steadily(now.getTime() - 5 * HOUR, sentAt, 10 * SECOND, -2), shelfId);
  await givenChanges(item, [{ at: sentAt, delta: -3_000 }], shelfId);
  await givenChanges(item, steadily(sentAt, now.getTime(), 10 * SECOND, -2), shelfId);
  const recordedAt = sentAt + 8 * MINUTE;
  await stock.database.pool.query(
    `INSERT INTO transfer (id, franchise_id, outlet_id, stock_item_id, ingredient_id, to_franchise_id, to_outlet_id, quantity, batches, sent_by, sent_at)
     VALUES ($1, $2, $3, $4, $5, $2, $6, 3000, '[{"quantity":3000,"bestBefore":null}]', $7, $8)`,
    [
      ...[v7({ msecs: recordedAt }), item.franchiseId, item.outletId, item.id, item.ingredientId, outletId],
      ...[newId(), new Date(recordedAt)],
    ],
  );
  const { presentPerHour } = await useOf(item);
  expect(presentPerHour).toBeGreaterThan(680);
  expect(presentPerHour).toBeLessThan(760);
  // Its movements have ids of the past: they are counted with its next one.
  now = new Date(Math.max(now.getTime(), Date.now()) + 10 * MINUTE);
  await givenChanges(item, [{ at: now.getTime() - 8 * MINUTE, delta: -2 }], shelfId);
  await countAll();
  const { rows } = await stock.database.pool.query<{ most: number }>(
    'SELECT max(used) AS most FROM level_hour WHERE stock_item_id = $1',
    [item.id],
  );
  expect(rows[0]?.most).toBeGreaterThan(680);
  expect(rows[0]?.most).toBeLessThan(760);
});

test('noise is no use', async () => {
  const { item, shelfId } = await givenWeighed(1_000);
  const flicker = steadily(now.getTime() - 4 * HOUR, now.getTime(), 10 * SECOND, 1);
  await givenChanges(
    item,
    flicker.map(({ at }, turn) => ({ at, delta: turn % 2 === 0 ? -1 : 1 })),
    shelfId,
  );
  expect((await useOf(item)).presentPerHour).toBeLessThan(2);
});

test('the hours of past weeks are known once they are counted', async () => {
  const item = await givenItem(stock, { ...(await givenOutlet(stock)), onHand: 1_000_000 });
  const hour = Math.floor(now.getTime() / HOUR) * HOUR + HOUR;
  // 60 in the hour that comes next, in each of three weeks.
  const weeks = [1, 2, 3].flatMap((week) => {
    const begin = hour - week * 7 * 24 * HOUR;
    return steadily(begin - MINUTE, begin + HOUR - MINUTE, MINUTE, -1);
  });
  await givenChanges(
    item,
    [...weeks].sort((a, b) => a.at - b.at),
    null,
  );
  // Its movements have ids of the past: they are counted with its next one.
  now = new Date(Math.max(now.getTime(), Date.now()) + 10 * MINUTE);
  await givenChanges(item, [{ at: now.getTime() - 8 * MINUTE, delta: -1 }], null);
  await countAll();
  const { usual } = await useOf(item);
  const place = Math.floor(hour / HOUR) % 168;
  expect(usual?.[place]).toBeGreaterThan(55);
  expect(usual?.[place]).toBeLessThan(65);
  expect(usual?.filter((used) => used > 1)).toHaveLength(1);
});
