import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { createLog } from '../../../platform/log.js';
import type { Platform } from '../../../platform/platform.js';
import { cutBus } from '../../../tests/support/cut-bus.js';
import { openTestPlatform } from '../../../tests/support/platform.js';
import { statementsDuring } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { levelsTopic } from '../store/levels.js';
import {
  type GivenItem,
  givenItem,
  givenOutlet,
  openStockBooks,
  type Place,
  type StockBooks,
} from '../testing/harness.js';
import { LevelFeed } from './level-feed.js';

const log = createLog('silent');
let platform: Platform & { drop(): Promise<void> };
let books: StockBooks;
let outlet: Place;
let item: GivenItem;
beforeAll(async () => {
  platform = await openTestPlatform();
  books = await openStockBooks(platform.bus);
  outlet = await givenOutlet(books);
  item = await givenItem(books, { ...outlet, onHand: 10 });
});
afterAll(async () => {
  await books.close();
  await platform.drop();
});

async function move(delta: number): Promise<void> {
  await books.database.prisma.stockMovement.create({
    data: {
      stockItemId: item.id,
      figure: 'ON_HAND',
      delta,
      kind: 'COUNT',
      personId: newId(),
      traceId: newId(),
    },
  });
}

function tell(): void {
  platform.bus.publish(levelsTopic(outlet.outletId), { id: item.id, version: 0 });
}

test('a change is read once for all who watch, with what caused it', async () => {
  const feed = new LevelFeed({ database: books.database, bus: platform.bus, log });
  const watchers = await Promise.all([1, 2, 3].map(() => feed.watch(outlet.outletId)));
  const statements = await statementsDuring(async () => {
    await move(5);
    tell();
    for (const watcher of watchers) {
      const { value } = await watcher.next();
      expect(value).toMatchObject({ item: { id: item.id, onHand: 15 }, cause: { delta: 5, kind: 'COUNT' } });
    }
  });
  expect(
    statements.filter((sql) => /FROM "public"."stock_item"/.test(sql) && /^SELECT/.test(sql)),
  ).toHaveLength(1);
  for (const watcher of watchers) watcher.close();
});

test('a watcher that does not keep up gets the latest of each item', async () => {
  const feed = new LevelFeed({ database: books.database, bus: platform.bus, log });
  const [slow, quick] = [await feed.watch(outlet.outletId), await feed.watch(outlet.outletId)];
  for (const expected of [16, 17, 18]) {
    await move(1);
    tell();
    await eventually(async () => expect((await quick.next()).value?.item.onHand).toBe(expected));
  }
  expect((await slow.next()).value?.item.onHand).toBe(18);
  slow.close();
  quick.close();
  expect(await slow.next()).toEqual({ value: undefined, done: true });
});

test('what the bus has lost is found by looking', async () => {
  const feed = new LevelFeed({ database: books.database, bus: platform.bus, log, lookMilliseconds: 20 });
  const watcher = await feed.watch(outlet.outletId);
  await move(100);
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(118));
  watcher.close();
});

test('what was lost while the bus was cut off is found once it is back', async () => {
  const feed = new LevelFeed({ database: books.database, bus: platform.bus, log, lookMilliseconds: 600_000 });
  const watcher = await feed.watch(outlet.outletId);
  await move(-1);
  await cutBus(platform);
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(117));
  await move(1);
  watcher.close();
});

test('a listener that was overrun listens anew, and misses nothing', async () => {
  let overrun: (error: Error) => void = () => undefined;
  let listened = 0;
  const bus = {
    ...platform.bus,
    async subscribe(topic: string) {
      listened += 1;
      if (listened > 1) return platform.bus.subscribe(topic);
      return {
        next: () =>
          new Promise<never>((_, reject) => {
            overrun = reject;
          }),
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
  const feed = new LevelFeed({ database: books.database, bus, log });
  const watcher = await feed.watch(outlet.outletId);
  await move(1_000);
  overrun(new Error('1,000 messages behind'));
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(1_118));
  await move(1);
  tell();
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(1_119));
  watcher.close();
});

test('who watches after the last has left watches anew', async () => {
  const feed = new LevelFeed({ database: books.database, bus: platform.bus, log });
  (await feed.watch(outlet.outletId)).close();
  const watcher = await feed.watch(outlet.outletId);
  await move(1);
  tell();
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(1_120));
  watcher.close();
});
