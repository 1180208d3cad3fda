/**
 * The ingest unit on each broker that it works with: the embedded one, and a real mosquitto with the fleet's own
 * configuration. The same tests run on both.
 */
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { startFleetMosquitto } from '../../../deploy/local-fleet/fleet-mosquitto.js';
import type { Platform } from '../../../platform/platform.js';
import { describeWithMosquitto } from '../../../tests/support/mosquitto.js';
import { openTestPlatform } from '../../../tests/support/platform.js';
import { eventually } from '../../../tests/support/wait.js';
import type { Devices } from '../ingest/devices/devices.js';
import { openDevices } from '../ingest/devices/open-devices.js';
import { type RunningIngest, startIngest } from '../ingest/index.js';
import { type GivenShelf, openTestStock, type TestStock } from './harness.js';

export interface IngestUnderTest {
  readonly stock: TestStock;
  readonly platform: Platform;
  readonly devices: Devices;
  readonly ingest: RunningIngest;
  /** Signs in as the shelf's device; closed when the tests end. */
  signIn(shelf: GivenShelf, options?: mqtt.IClientOptions): Promise<mqtt.MqttClient>;
}

/** Declares the same tests for both brokers. */
export function describeOnBothBrokers(name: string, tests: (under: IngestUnderTest) => void): void {
  describe(`${name}, on the embedded broker`, () => {
    tests(ingestUnderTest(async () => ({ settings: { MQTT_PORT: '0' }, stop: async () => undefined })));
  });
  describeWithMosquitto(`${name}, on mosquitto`, () => {
    tests(ingestUnderTest(mosquittoOfTheFleet));
  });
}

interface BrokerForTests {
  readonly settings: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

async function mosquittoOfTheFleet(): Promise<BrokerForTests> {
  const credentials = { username: 'kedai', password: 'test-secret' };
  const broker = await startFleetMosquitto(credentials);
  const url = Object.assign(new URL(broker.url), credentials);
  return { settings: { MQTT_URL: url.href }, stop: broker.stop };
}

function ingestUnderTest(startBroker: () => Promise<BrokerForTests>): IngestUnderTest {
  let running: Omit<IngestUnderTest, 'signIn'> | undefined;
  const closing: (() => Promise<unknown>)[] = [];
  const open = () => {
    if (running === undefined) throw new Error('Ingest runs only while its tests do.');
    return running;
  };

  beforeAll(async () => {
    const broker = await startBroker();
    closing.push(broker.stop);
    const stock = await openTestStock();
    closing.push(stock.close);
    const platform = await openTestPlatform({ STOCK_DATABASE_URL: stock.url, ...broker.settings });
    closing.push(platform.drop);
    const devices = openDevices(platform, stock.database);
    closing.push(devices.stop);
    const ingest = await startIngest(platform);
    closing.push(ingest.stop);
    await eventually(() => ingest.ready());
    running = { stock, platform, devices, ingest };
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  return {
    get stock() {
      return open().stock;
    },
    get platform() {
      return open().platform;
    },
    get devices() {
      return open().devices;
    },
    get ingest() {
      return open().ingest;
    },
    async signIn(shelf, options = {}) {
      const client = await mqtt.connectAsync(open().ingest.mqttUrl, {
        username: shelf.id,
        password: shelf.token,
        reconnectPeriod: 0,
        ...options,
      });
      expect(client.connected).toBe(true);
      closing.push(() => client.endAsync(true));
      return client;
    },
  };
}
