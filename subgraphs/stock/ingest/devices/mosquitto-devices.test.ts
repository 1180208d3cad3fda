import mqtt from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startFleetMosquitto } from '../../../../deploy/local-fleet/fleet-mosquitto.js';
import { type RunningMosquitto, startMosquitto } from '../../../../deploy/local-fleet/mosquitto.js';
import { newId } from '../../../../platform/ids.js';
import { createLog } from '../../../../platform/log.js';
import { describeWithMosquitto } from '../../../../tests/support/mosquitto.js';
import { eventually } from '../../../../tests/support/wait.js';
import { givenItem, givenOutlet, givenShelf, openTestStock, type TestStock } from '../../testing/harness.js';
import { demoDeviceToken, hashOfToken } from './device-token.js';
import { DynamicSecurity } from './dynamic-security.js';
import { mosquittoDevices } from './mosquitto-devices.js';

const log = createLog('silent');
let stock: TestStock;
beforeAll(async () => {
  stock = await openTestStock();
});
afterAll(() => stock.close());

const devicesOf = (url: string, { hasDemo = true } = {}) =>
  mosquittoDevices({ broker: { url, tls: {} }, database: stock.database, hasDemo, log });

async function aShelf(tokenOf: (id: string) => string) {
  const item = await givenItem(stock, { ...(await givenOutlet(stock)), tracking: 'SHELF' });
  const shelf = await givenShelf(stock, item);
  const token = tokenOf(shelf.id);
  await stock.database.prisma.shelf.update({
    where: { id: shelf.id },
    data: { tokenHash: hashOfToken(token) },
  });
  return { ...shelf, token };
}

describeWithMosquitto('devices of mosquitto', () => {
  const credentials = { username: 'kedai', password: 'test-secret' };
  let broker: RunningMosquitto;
  let plain: RunningMosquitto;
  beforeAll(async () => {
    broker = await startFleetMosquitto(credentials);
    plain = await startMosquitto(() => 'allow_anonymous true');
  });
  afterAll(async () => {
    await broker.stop();
    await plain.stop();
  });

  const url = () => Object.assign(new URL(broker.url), credentials).href;
  const signIn = async (username: string, password: string) => {
    const client = await mqtt.connectAsync(broker.url, { username, password, reconnectPeriod: 0 });
    await client.endAsync();
  };

  test('seeded devices that the broker has lost are admitted on connect; others cannot be', async () => {
    const [seeded, lost] = [await aShelf(demoDeviceToken), await aShelf(() => newId())];
    const devices = devicesOf(url());
    try {
      await eventually(() => signIn(seeded.id, seeded.token));
      await expect(signIn(lost.id, lost.token)).rejects.toThrow(/refused/i);
    } finally {
      await devices.stop();
    }
  });

  test('seeded devices are dismissed on connect where there is no demo, and admitted again where there is', async () => {
    const seeded = await aShelf(demoDeviceToken);
    const own = await aShelf(() => newId());
    const before = devicesOf(url());
    await eventually(() => before.admit({ ...own, shelfId: own.id }));
    await eventually(() => signIn(seeded.id, seeded.token));
    await before.stop();

    const without = devicesOf(url(), { hasDemo: false });
    await eventually(() => expect(signIn(seeded.id, seeded.token)).rejects.toThrow(/refused/i));
    await signIn(own.id, own.token);
    await without.stop();

    const after = devicesOf(url());
    await eventually(() => signIn(seeded.id, seeded.token));
    await after.stop();
  });

  test('a device is admitted, gets another token, and is dismissed', async () => {
    const [shelfId, outletId] = [newId(), newId()];
    const devices = devicesOf(url());
    try {
      await eventually(() => devices.admit({ shelfId, outletId, token: 'first' }));
      await signIn(shelfId, 'first');
      await devices.admit({ shelfId, outletId, token: 'second' });
      await expect(signIn(shelfId, 'first')).rejects.toThrow(/refused/i);
      await signIn(shelfId, 'second');
      await devices.dismiss(shelfId);
      await expect(signIn(shelfId, 'second')).rejects.toThrow(/refused/i);
    } finally {
      await devices.stop();
    }
  });

  test('a device whose shelf was removed while the broker was unreachable is dismissed on connect', async () => {
    const shelf = await aShelf(demoDeviceToken);
    const before = devicesOf(url());
    await eventually(() => signIn(shelf.id, shelf.token));
    await before.stop();
    await before.dismiss(shelf.id);
    await stock.database.prisma.shelf.update({ where: { id: shelf.id }, data: { removedAt: new Date() } });
    await signIn(shelf.id, shelf.token);

    const devices = devicesOf(url());
    const security = new DynamicSecurity(
      { url: url(), tls: {} },
      () => undefined,
      () => undefined,
    );
    try {
      await eventually(() => expect(signIn(shelf.id, shelf.token)).rejects.toThrow(/refused/i));
      const [roles] = await eventually(() => security.send([{ command: 'listRoles' }]));
      expect(JSON.stringify(roles?.data)).not.toContain(shelf.id);
    } finally {
      await devices.stop();
      await security.stop();
    }
  });

  test('credentials of a broker without the plugin are left to its operator', async () => {
    const devices = devicesOf(plain.url);
    try {
      await eventually(() => devices.admit({ shelfId: newId(), outletId: newId(), token: 'any' }));
      await devices.dismiss(newId());
    } finally {
      await devices.stop();
    }
  });

  test('no token is issued while the broker is unreachable', async () => {
    const devices = devicesOf('mqtt://127.0.0.1:1');
    try {
      await expect(devices.admit({ shelfId: newId(), outletId: newId(), token: 'any' })).rejects.toThrow(
        'The MQTT broker cannot be reached',
      );
    } finally {
      await devices.stop();
    }
  });
});
