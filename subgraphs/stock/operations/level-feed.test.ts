import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { createLog } from '../../../platform/log.js';
import type { Platform } from '../../../platform/platform.js';
import { cutBus } from '../../../tests/support/cut-bus.js';
import { openTestPlatform } from '../../../tests/support/platform.js';
import { statementsDuring } from '../../../tests/support/subgraph.js';
import { eventually } from '../../../tests/support/wait.js';
import { levelsTopic } from '../published.js';
import {
  type GivenItem,
  givenItem,
  givenOutlet,
  openTestStock,
  type Place,
  type TestStock,
} from '../testing/harness.js';
import { LevelFeed } from './level-feed.js';

const log = createLog('silent');
let platform: Platform & { drop(): Promise<void> };
let stock: TestStock;
let outlet: Place;
let item: GivenItem;
beforeAll(async () => {
  platform = await openTestPlatform();
  stock = await openTestStock(platform.bus);
  outlet = await givenOutlet(stock);
  item = await givenItem(stock, { ...outlet, onHand: 10 });
});
afterAll(async () => {
  await stock.close();
  await platform.drop();
});

async function move(delta: number): Promise<void> {
  await stock.database.prisma.stockMovement.create({
    data: {
      stockItemId: item.id,
      ...outlet,
      figure: 'ON_HAND',
      delta,
      kind: 'COUNT',
      personId: newId(),
      traceId: newId(),
    },
  });
}

function announce(): void {
  platform.bus.publish(levelsTopic(outlet.outletId), { id: item.id, version: 0 });
}

test('a change is read once for all watchers, with its cause', async () => {
  const feed = new LevelFeed({ database: stock.database, bus: platform.bus, log });
  const watchers = await Promise.all([1, 2, 3].map(() => feed.watch(outlet.outletId)));
  const statements = await statementsDuring(async () => {
    await move(5);
    announce();
    for (const watcher of watchers) {
      const { value } = await watcher.next();
      expect(value).toMatchObject({ item: { id: item.id, onHand: 15 }, cause: { delta: 5, kind: 'COUNT' } });
    }
  });
  expect(
    statements.filter((sql) => /FROM "public"."stock_item"/.test(sql) && /^SELECT/.test(sql)),
  ).toHaveLength(1);
  for (const watcher of watchers) void watcher.return();
});

test('a slow watcher gets the latest change of each item', async () => {
  const feed = new LevelFeed({ database: stock.database, bus: platform.bus, log });
  const [slow, quick] = [await feed.watch(outlet.outletId), await feed.watch(outlet.outletId)];
  for (const expected of [16, 17, 18]) {
    await move(1);
    announce();
    await eventually(async () => expect((await quick.next()).value?.item.onHand).toBe(expected));
  }
  expect((await slow.next()).value?.item.onHand).toBe(18);
  void slow.return();
  void quick.return();
  expect(await slow.next()).toEqual({ value: undefined, done: true });
});

test('a change whose message was lost is found by rereading', async () => {
  const feed = new LevelFeed({ database: stock.database, bus: platform.bus, log, rereadMilliseconds: 20 });
  const watcher = await feed.watch(outlet.outletId);
  await move(100);
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(118));
  void watcher.return();
});

test('changes during an outage of the bus are found once it is back', async () => {
  const feed = new LevelFeed({
    database: stock.database,
    bus: platform.bus,
    log,
    rereadMilliseconds: 600_000,
  });
  const watcher = await feed.watch(outlet.outletId);
  await move(-1);
  await cutBus(platform);
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(117));
  await move(1);
  void watcher.return();
});

test('a subscription that overflowed is renewed without missing a change', async () => {
  let overrun: (error: Error) => void = () => undefined;
  let subscriptions = 0;
  const bus = {
    ...platform.bus,
    async subscribe(topic: string) {
      subscriptions += 1;
      if (subscriptions > 1) return platform.bus.subscribe(topic);
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
  const feed = new LevelFeed({ database: stock.database, bus, log });
  const watcher = await feed.watch(outlet.outletId);
  await move(1_000);
  overrun(new Error('1,000 messages behind'));
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(1_118));
  await move(1);
  announce();
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(1_119));
  void watcher.return();
});

test('an outlet can be watched again after its last watcher has ended', async () => {
  const feed = new LevelFeed({ database: stock.database, bus: platform.bus, log });
  (await feed.watch(outlet.outletId)).return();
  const watcher = await feed.watch(outlet.outletId);
  await move(1);
  announce();
  await eventually(async () => expect((await watcher.next()).value?.item.onHand).toBe(1_120));
  void watcher.return();
});
