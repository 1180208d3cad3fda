import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BusMessage, MISSED } from '../../../../platform/bus/bus.js';
import type { Platform } from '../../../../platform/platform.js';
import { openTestPlatform } from '../../../../tests/support/platform.js';
import { givenItem, givenOutlet, givenShelf, openTestStock, type TestStock } from '../../testing/harness.js';
import { demoDeviceToken, hashOfToken } from '../devices/device-token.js';
import { ENDED_SESSIONS_TOPIC } from '../devices/embedded-devices.js';
import { type RunningIngest, startIngest } from '../index.js';
import { startEmbeddedSource } from './embedded-source.js';

describe('the embedded broker where there is no demo', () => {
  let stock: TestStock;
  let platform: Platform & { drop(): Promise<void> };
  let ingest: RunningIngest;
  beforeAll(async () => {
    stock = await openTestStock();
    platform = await openTestPlatform({ STOCK_DATABASE_URL: stock.url, MQTT_PORT: '0', DEMO: 'off' });
    ingest = await startIngest(platform);
  });
  afterAll(async () => {
    await ingest.stop();
    await platform.drop();
    await stock.close();
  });

  const signIn = async (username: string, password: string) => {
    const client = await mqtt.connectAsync(ingest.mqttUrl, { username, password, reconnectPeriod: 0 });
    await client.endAsync();
  };

  it('refuses devices of a demo that was seeded before, whose tokens are public, and no others', async () => {
    const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
    const [seeded, own] = [await givenShelf(stock, item), await givenShelf(stock, item)];
    await stock.database.prisma.shelf.update({
      where: { id: seeded.id },
      data: { tokenHash: hashOfToken(demoDeviceToken(seeded.id)) },
    });
    await expect(signIn(seeded.id, demoDeviceToken(seeded.id))).rejects.toThrow(/refused/i);
    await signIn(own.id, own.token);
  });

  it('closes the sessions that ended while no message of it could arrive', async () => {
    let miss: () => void = () => undefined;
    const missed = new Promise<void>((resolve) => {
      miss = resolve;
    });
    async function* messages(): AsyncGenerator<BusMessage, void> {
      await missed;
      yield MISSED;
    }
    const bus = { ...platform.bus, subscribe: async () => messages() };
    const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
    const [removed, own] = [await givenShelf(stock, item), await givenShelf(stock, item)];
    const receiver = { receive: async () => undefined, stop: async () => undefined };
    const source = await startEmbeddedSource({ ...platform, bus }, stock.database, receiver);
    const connect = ({ id, token }: typeof own) =>
      mqtt.connectAsync(source.mqttUrl, { username: id, password: token, reconnectPeriod: 0 });
    const [leaving, staying] = [await connect(removed), await connect(own)];
    const closed = new Promise<void>((resolve) => leaving.once('close', () => resolve()));
    await stock.database.prisma.shelf.update({ where: { id: removed.id }, data: { removedAt: new Date() } });
    miss();
    await closed;
    expect(staying.connected).toBe(true);
    await staying.endAsync(true);
    await source.stop();
  });

  it('closes the session of a former token, and not that of the new one', async () => {
    const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
    const own = await givenShelf(stock, item);
    const connect = (password: string) =>
      mqtt.connectAsync(ingest.mqttUrl, { username: own.id, password, reconnectPeriod: 0 });
    const former = await connect(own.token);
    const closed = new Promise<void>((resolve) => former.once('close', () => resolve()));
    await stock.database.prisma.shelf.update({
      where: { id: own.id },
      data: { tokenHash: hashOfToken('the new one') },
    });
    const present = await connect('the new one');
    platform.bus.publish(ENDED_SESSIONS_TOPIC, { shelfId: own.id });
    await closed;
    expect(present.connected).toBe(true);
    await present.endAsync(true);
  });
});
