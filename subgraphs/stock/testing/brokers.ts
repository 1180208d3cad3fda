/**
 * The ingest unit on each broker that it works with: the embedded one, and a real mosquitto with the fleet's own
 * configuration. The same tests run on both.
 */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { dynamicSecurity } from '../../../deploy/mosquitto/dynamic-security.js';
import type { Platform } from '../../../platform/platform.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { describeWithMosquitto, startMosquitto } from '../../../tests/support/mosquitto.js';
import { openTestPlatform } from '../../../tests/support/platform.js';
import { eventually } from '../../../tests/support/wait.js';
import type { Devices } from '../devices/devices.js';
import { openDevices } from '../devices/open-devices.js';
import { type RunningIngest, startIngest } from '../ingest/index.js';
import { type GivenShelf, openStockBooks, type StockBooks } from './stock-books.js';

export interface IngestUnderTest {
  readonly books: StockBooks;
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
    tests(ingestUnderTest(startFleetMosquitto));
  });
}

interface BrokerForTests {
  readonly settings: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const PLUGIN = 'mosquitto_dynamic_security.so';
const PLUGIN_FOLDERS = [
  '/usr/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/local/lib',
];

/** As docker-compose.yml has it, with this machine's places in place of the image's. */
async function startFleetMosquitto(): Promise<BrokerForTests> {
  const fleet = await readFile(join(PROJECT_FOLDER, 'deploy', 'mosquitto', 'mosquitto.conf'), 'utf8');
  const plugin =
    PLUGIN_FOLDERS.map((folder) => join(folder, PLUGIN)).find((path) => existsSync(path)) ?? PLUGIN;
  const broker = await startMosquitto(async (folder) => {
    await writeFile(join(folder, 'dynamic-security.json'), dynamicSecurity('kedai', 'test-secret'));
    return fleet
      .replace(/^listener .*$/m, '')
      .replace(/^plugin .*$/m, `plugin ${plugin}`)
      .replaceAll('/mosquitto/data/', `${folder}/`);
  });
  const url = new URL(broker.url);
  url.username = 'kedai';
  url.password = 'test-secret';
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
    const books = await openStockBooks();
    closing.push(books.close);
    const platform = await openTestPlatform({ STOCK_DATABASE_URL: books.url, ...broker.settings });
    closing.push(platform.drop);
    const devices = openDevices(platform, books.database);
    closing.push(devices.stop);
    const ingest = await startIngest(platform);
    closing.push(ingest.stop);
    await eventually(() => ingest.ready());
    running = { books, platform, devices, ingest };
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  return {
    get books() {
      return open().books;
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
