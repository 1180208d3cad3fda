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
  openTestStock,
  type TestStock,
} from '../testing/harness.js';
import { type RunningIngest, startIngest } from './index.js';

let stock: TestStock;
let platform: Platform & { drop(): Promise<void> };
let ingest: RunningIngest;
beforeAll(async () => {
  stock = await openTestStock();
  platform = await openTestPlatform({ STOCK_DATABASE_URL: stock.url, MQTT_PORT: '0' });
  ingest = await startIngest(platform);
});
afterAll(async () => {
  await ingest.stop();
  await platform.drop();
  await stock.close();
});

async function aScale() {
  const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
  const shelf = await givenShelf(stock, item);
  const device = await mqtt.connectAsync(ingest.mqttUrl, { username: shelf.id, password: shelf.token });
  const publish = (seq: number, grams: number) =>
    device.publishAsync(
      readingTopicOf(shelf),
      JSON.stringify({ seq, bootId: 'b1', at: '2026-11-20T08:00:00.000Z', grams }),
      { qos: 1 },
    );
  return { item, device, publish };
}

test('a reading is acknowledged once it is in the database, and not before', async () => {
  const { device, publish } = await aScale();
  const blocker = await stock.database.pool.connect();
  try {
    await blocker.query('BEGIN');
    await blocker.query('LOCK TABLE reading IN ACCESS EXCLUSIVE MODE');
    let isAcknowledged = false;
    const publishing = publish(1, 700).then(() => {
      isAcknowledged = true;
    });
    await eventually(async () => {
      const { rowCount } = await stock.database.pool.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%store_readings%' AND datname = current_database()",
      );
      expect(rowCount).toBe(1);
    });
    expect(isAcknowledged).toBe(false);
    await blocker.query('COMMIT');
    await publishing;
    expect(await stock.database.prisma.reading.count({ where: { seq: 1, grams: 700 } })).toBe(1);
  } finally {
    blocker.release();
    await device.endAsync(true);
  }
});

test('lost database connections lose no reading: what is not acknowledged is stored later', async () => {
  const { item, device, publish } = await aScale();
  const publishing = Array.from({ length: 50 }, (_, index) => publish(index, 100 + index));
  await stock.database.pool.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'kedai-stock' AND pid <> pg_backend_pid()`,
  );
  publishing.push(publish(50, 999));
  await Promise.all(publishing);
  await eventually(async () => expect(await figuresOf(stock, item)).toMatchObject({ onHand: 999 }));
  await device.endAsync(true);
});
