/**
 * `npm run bench -- ingest --exactly-once`: a hundred thousand readings of unreliable devices, while ingest is killed twenty
 * times: with the embedded broker, which dies with it, and with mosquitto and two ingest processes in turn; and while mosquitto is. Afterwards every
 * acknowledged reading is stored once, each shelf weighs what the highest `seq` of its newest boot says, and the ledger's sums are the levels. A
 * killed mosquitto loses what it had acknowledged since it last wrote to disk, once a second, and what it acknowledges until ingest is connected again:
 * these are counted.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stablePort } from '../../deploy/local-fleet/stable-port.js';
import { UnitProcess } from '../../deploy/local-fleet/unit-process.js';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { openPlatform } from '../../platform/platform.js';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { migrate } from '../../prisma/migrate.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import { seedStock } from '../../prisma/seed/stock.js';
import { demoDeviceToken } from '../../subgraphs/stock/ingest/devices/device-token.js';
import { openDevices } from '../../subgraphs/stock/ingest/devices/open-devices.js';
import { openStockDatabase } from '../../subgraphs/stock/store/database.js';
import { type Book, openBook } from '../chaos/audit/books.js';
import { atMost, counted, type Equation, each, equal, holds } from '../chaos/audit/equation.js';
import { auditStock } from '../chaos/audit/stock.js';
import { Random } from '../chaos/random.js';
import type { BenchResult, Figure } from '../result.js';
import { startOutsideBroker } from './outside-broker.js';
import { connectUnreliableDevice, type UnreliableDevice } from './unreliable-devices.js';

const DEVICES = 100;
const READINGS = 100_000;
const KILLS = 20;
/** Of a device, where mosquitto is killed: it acknowledges so fast that all would be sent before the last kill. */
const PAUSE_MILLISECONDS = 150;
const SEED = 'unreliable';
const SETTLE_MILLISECONDS = 120_000;

const SHELVES = CATALOGUE.stockItems.flatMap(({ outletId, shelf }) =>
  shelf === null ? [] : [{ id: shelf.id, outletId }],
);

type Report = (progress: string) => void;

interface IngestProcess {
  readonly unit: UnitProcess;
  readonly port: number;
  /** Readings, up to its last kill. */
  stored: number;
}

export async function exactlyOnce(report: Report): Promise<BenchResult> {
  const figures: Record<string, Figure> = {};
  Object.assign(figures, await disturb({ name: 'embedded', settings: {}, processes: 1 }, report));
  for (const isBrokerKilled of [false, true]) {
    const broker = await startOutsideBroker();
    if (broker === undefined) break;
    const { settings, crash } = broker;
    const name = isBrokerKilled ? 'mosquitto killed' : 'mosquitto';
    const disturbance = { name, settings, processes: 2, ...(isBrokerKilled && { crashBroker: crash }) };
    Object.assign(figures, await disturb(disturbance, report));
    await broker.stop();
  }
  return { figures, peers: {} };
}

interface Disturbance {
  readonly name: string;
  readonly settings: NodeJS.ProcessEnv;
  readonly processes: number;
  /** Left out: ingest is killed, one process after the other. */
  readonly crashBroker?: () => Promise<void>;
}

async function disturb(
  { name, settings, processes, crashBroker }: Disturbance,
  report: Report,
): Promise<Record<string, Figure>> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  const mqttPort = await stablePort();
  const environment = {
    DATABASE_URL: server.url,
    MQTT_PORT: String(mqttPort),
    LOG_LEVEL: 'error',
    DATA_DIR: folder,
    ...settings,
  };
  const config = readConfig(environment);
  const url = config.databaseUrl('stock');
  await migrate({ urls: { stock: url, platform: config.databaseUrl('platform') } });
  await seedStock(url);
  const units = await Promise.all(
    Array.from({ length: processes }, async (_, index) => ingestProcess(index, environment, folder)),
  );
  for (const { unit } of units) await unit.start();

  const platform = await openPlatform(config);
  const database = openStockDatabase(url, platform.bus);
  const admission = openDevices(platform, database);
  const shelves = SHELVES.slice(0, DEVICES);
  for (const { id: shelfId, outletId } of shelves)
    await untilDone(() => admission.admit({ shelfId, outletId, token: demoDeviceToken(shelfId) }));

  const random = new Random(SEED);
  const outside = settings.MQTT_URL === undefined ? undefined : new URL(settings.MQTT_URL);
  const mqttUrl = `mqtt://127.0.0.1:${outside?.port ?? mqttPort}`;
  const devices = await Promise.all(
    shelves.map((shelf) =>
      connectUnreliableDevice(
        mqttUrl,
        shelf,
        READINGS / DEVICES,
        random.of(shelf.id),
        crashBroker === undefined ? 0 : PAUSE_MILLISECONDS,
      ),
    ),
  );
  const startedAt = Date.now();
  let isPublished = false;
  const publishing = Promise.all(devices.map((device) => device.run())).then(() => {
    isPublished = true;
  });
  const total = () => devices.reduce((sum, device) => sum + device.sent(), 0);
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // At even distances of what is published, and once what was killed before serves again.
    while (total() < (READINGS * kill) / (KILLS + 1) && !isPublished) await delay(10);
    const victim = units[kill % units.length];
    if (victim === undefined) break;
    if (crashBroker !== undefined) {
      await crashBroker();
      for (const one of units) while (!(await isReady(one))) await delay(50);
    } else {
      while (!victim.unit.isServing) await delay(50);
      victim.stored += await storedBy(victim);
      await victim.unit.kill();
    }
    report(`${name}: ${kill} of ${KILLS} kills, ${total().toLocaleString('en')} readings sent`);
  }
  await publishing;
  report(`${name}: all is sent, ${((Date.now() - startedAt) / 1_000).toFixed(0)} s after the first`);
  for (const { unit } of units) await unit.untilUp();

  const book = openBook(url);
  const equations = await settle(book, devices, crashBroker !== undefined);
  for (const { title, differences } of equations.filter((equation) => !holds(equation)))
    report(`${name}: ${title}: ${differences.slice(0, 5).join('; ')}`);
  for (const one of units) one.stored += await storedBy(one);
  const sent = total();
  const acknowledged = devices.reduce((sum, device) => sum + device.acknowledged.size, 0);
  const stored = new Set(await readingsOf(book, devices));
  const lost = devices.flatMap((device) => [...device.acknowledged]).filter((one) => !stored.has(one));
  await book.close();
  await Promise.all(devices.map((device) => device.stop()));
  await Promise.all(units.map(({ unit }) => unit.stop()));
  await admission.stop();
  await database.close();
  await platform.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
  const least = Math.min(...units.map(({ stored }) => stored));
  const most = Math.max(...units.map(({ stored }) => stored));
  return {
    [`${name}, readings acknowledged`]: { value: acknowledged, unit: 'readings' },
    [`${name}, sent with repetitions`]: { value: sent, unit: 'readings' },
    [`${name}, kills of ${crashBroker === undefined ? 'ingest' : 'the broker'}`]: {
      value: KILLS,
      unit: 'kills',
    },
    [`${name}, acknowledged and not stored`]: {
      value: lost.length,
      unit: 'readings',
      ...(crashBroker === undefined && { target: 0 }),
    },
    ...(processes > 1
      ? {
          [`${name}, stored by one process of what the other stores`]: {
            value: (100 * least) / most,
            unit: '%',
          },
        }
      : {}),
    [`${name}, equations that hold`]: {
      value: equations.filter(holds).length,
      unit: 'equations',
      target: equations.length,
    },
  };
}

async function ingestProcess(
  index: number,
  environment: NodeJS.ProcessEnv,
  folder: string,
): Promise<IngestProcess> {
  const port = await stablePort(3);
  const unit = new UnitProcess({
    name: `ingest-${index}`,
    command: ['node', '--enable-source-maps', 'dist/deploy/unit.js', 'ingest'],
    environment: {
      PATH: process.env.PATH,
      ...environment,
      PORT: String(port),
      MQTT_CLIENT_ID: `ingest-${index}`,
    },
    healthCheck: ['node', 'dist/deploy/health.js'],
    isRestarted: true,
    logFile: join(folder, `ingest-${index}.log`),
    project: PROJECT_FOLDER,
  });
  return { unit, port, stored: 0 };
}

/** What the process has stored since it started. */
async function storedBy({ port }: IngestProcess): Promise<number> {
  const metrics = await fetch(`http://127.0.0.1:${port}/metrics`).then(
    (response) => response.text(),
    () => '',
  );
  return Number(/^kedai_ingest_messages_total\{outcome="stored"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
}

async function isReady({ port }: IngestProcess): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function untilDone(step: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (error) {
      if (attempt === 100) throw error;
      await delay(100);
    }
  }
}

/** @param maybeLost whether acknowledged readings may be missing: then it waits until no more come. */
async function settle(
  book: Book,
  devices: readonly UnreliableDevice[],
  maybeLost: boolean,
): Promise<Equation[]> {
  const limit = Date.now() + SETTLE_MILLISECONDS;
  let readings = -1;
  for (;;) {
    const stored = (await readingsOf(book, devices)).length;
    const equations = [
      ...(await auditReadings(book, devices, maybeLost)),
      ...(await auditStock({ stock: book })),
    ];
    const isSettled = equations.every(holds) && (!maybeLost || stored === readings);
    if (isSettled || Date.now() > limit) return equations;
    readings = stored;
    await delay(1_000);
  }
}

/** `shelfId bootId seq` of each that is stored, as often as it is. */
function readingsOf(book: Book, devices: readonly UnreliableDevice[]): Promise<string[]> {
  return book.names(
    `SELECT shelf_id || ' ' || boot_id || ' ' || seq AS name FROM reading JOIN shelf_boot ON number = boot
     WHERE shelf_id = ANY ($1)`,
    [devices.map(({ shelfId }) => shelfId)],
  );
}

async function auditReadings(
  book: Book,
  devices: readonly UnreliableDevice[],
  maybeLost: boolean,
): Promise<Equation[]> {
  const ids = devices.map(({ shelfId }) => shelfId);
  const stored = await readingsOf(book, devices);
  const acknowledged = devices.flatMap((device) => [...device.acknowledged]);
  return [
    maybeLost
      ? atMost(
          'No reading is stored twice',
          ['readings stored', counted(stored)],
          ['readings', counted(new Set(stored))],
        )
      : each(
          'Every acknowledged reading is stored, once',
          ['readings acknowledged', acknowledged],
          ['readings stored', stored],
        ),
    equal(
      'Each shelf weighs what its newest boot said last',
      [
        'Σ weighed, in thousandths',
        await book.amounts(
          `SELECT id AS name, round(weighed_units * 1000) AS amount FROM shelf WHERE id = ANY ($1)`,
          [ids],
        ),
      ],
      [
        'Σ said, in thousandths',
        await book.amounts(
          `SELECT id AS name, round(greatest(0, said.grams - tare_grams) / grams_per_unit * 1000) AS amount
           FROM shelf JOIN unnest($1::uuid[], $2::numeric[]) AS said (shelf_id, grams) ON shelf_id = id`,
          [ids, devices.map(({ lastGrams }) => lastGrams)],
        ),
      ],
    ),
  ];
}
