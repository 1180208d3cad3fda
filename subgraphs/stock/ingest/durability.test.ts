import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Platform } from '../../../platform/platform.js';
import { openTestPlatform } from '../../../tests/support/platform.js';
import { eventually } from '../../../tests/support/wait.js';
import { readingTopicOf } from '../domain/shelf-topic.js';
import {
  figuresOf,
  givenItem,
  givenOutlet,
  givenShelf,
  openStockBooks,
  type StockBooks,
} from '../testing/harness.js';
import { type RunningIngest, startIngest } from './index.js';

let books: StockBooks;
let platform: Platform & { drop(): Promise<void> };
let ingest: RunningIngest;
beforeAll(async () => {
  books = await openStockBooks();
  platform = await openTestPlatform({ STOCK_DATABASE_URL: books.url, MQTT_PORT: '0' });
  ingest = await startIngest(platform);
});
afterAll(async () => {
  await ingest.stop();
  await platform.drop();
  await books.close();
});

async function aScale() {
  const item = await givenItem(books, { ...(await givenOutlet(books)), tracking: 'SHELF' });
  const shelf = await givenShelf(books, item);
  const device = await mqtt.connectAsync(ingest.mqttUrl, { username: shelf.id, password: shelf.token });
  const say = (seq: number, grams: number) =>
    device.publishAsync(
      readingTopicOf(shelf),
      JSON.stringify({ seq, bootId: 'b1', at: '2026-11-20T08:00:00.000Z', grams }),
      { qos: 1 },
    );
  return { item, device, say };
}

test('an acknowledged reading is in the database, and one that waits for the database is not acknowledged', async () => {
  const { device, say } = await aScale();
  const blocker = await books.database.pool.connect();
  try {
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE reading IN ACCESS EXCLUSIVE MODE');
    let isAcknowledged = false;
    const saying = say(1, 700).then(() => {
      isAcknowledged = true;
    });
    await eventually(async () => {
      const { rowCount } = await books.database.pool.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%store_readings%' AND datname = current_database()",
      );
      expect(rowCount).toBe(1);
    });
    expect(isAcknowledged).toBe(false);
    await blocker.query('COMMIT');
    await saying;
    expect(await books.database.prisma.reading.count({ where: { seq: 1, grams: 700 } })).toBe(1);
  } finally {
    blocker.release();
    await device.endAsync(true);
  }
});

test('a database that goes away loses nothing: what it has not acknowledged is stored when it is back', async () => {
  const { item, device, say } = await aScale();
  const saying = Array.from({ length: 50 }, (_, index) => say(index, 100 + index));
  await books.database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'kedai-stock' AND pid <> pg_backend_pid()`,
  );
  saying.push(say(50, 999));
  await Promise.all(saying);
  await eventually(async () => expect(await figuresOf(books, item)).toMatchObject({ onHand: 999 }));
  await device.endAsync(true);
});
