/**
 * `npm run bench -- scale`: the fleet of docker-compose.yml with one, two and four processes of each unit on the cores there are. How many orders a
 * second it completes, what each costs in processor time and bytes, by unit and server, and what 10,000, a million and ten million orders a day
 * take by that. On few cores more processes complete no more orders: the figures show what they cost, and the projection says what cores would carry.
 */
import { setTimeout as delay } from 'node:timers/promises';
import mqtt from 'mqtt';
import { type LocalFleet, startLocalFleet } from '../../deploy/local-fleet/local-fleet.js';
import type { UnitProcess } from '../../deploy/local-fleet/unit-process.js';
import { readPidFile } from '../../platform/database/embedded-server.js';
import { CATALOGUE } from '../../prisma/seed/catalogue.js';
import { SUBGRAPH_NAMES } from '../../subgraphs/names.js';
import { readingTopicOf } from '../../subgraphs/stock/domain/shelf-topic.js';
import { demoDeviceToken } from '../../subgraphs/stock/ingest/devices/device-token.js';
import { openBook } from '../chaos/audit/books.js';
import { inFlight, type LoadResult } from '../orders/load.js';
import { childrenNamed, memoryBytes, processorMilliseconds } from '../processes.js';
import { type Bench, type Figure, quantile } from '../result.js';
import { completeOrder, signIn } from './orders.js';
import { type Cost, type Measured, needOf } from './projection.js';
import { type Spread, spreadConnections } from './spread.js';

const PROCESSES = [1, 2, 4];
const UNITS = [...SUBGRAPH_NAMES, 'ingest', 'gateway'];
const ORDERS_IN_FLIGHT = 24;
const WARM_UP_SECONDS = 15;
const ORDER_SECONDS = 45;
const REST_SECONDS = 20;
/** A fleet has settled when so much of what it took is taken in the next seconds, too. */
const SETTLING = 0.9;
const READING_SECONDS = 20;
const READINGS_A_SECOND = 500;
const SCALES = 20;
const ORDERS_A_DAY = [10_000, 1_000_000, 10_000_000];
const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

export const bench: Bench = async (report) => {
  const spreads = new Map<string, Spread>();
  for (const unit of [...SUBGRAPH_NAMES, 'gateway']) spreads.set(unit, await spreadConnections());
  const addresses = Object.fromEntries(
    SUBGRAPH_NAMES.map((name) => [
      `${name.toUpperCase()}_URL`,
      `http://127.0.0.1:${spreads.get(name)?.port}/graphql`,
    ]),
  );
  const quiet = { LOG_LEVEL: 'error' };
  const gatewaySettings = { ...quiet, ...addresses, RATE_LIMIT: 'off' };
  report('starting the fleet');
  const fleet = await startLocalFleet({
    settings: {
      ...Object.fromEntries(UNITS.map((name) => [name, quiet])),
      gateway: gatewaySettings,
    },
    durable: true,
    whileStarting(name, unit) {
      spreads.get(name)?.to([unit.port]);
    },
  });
  try {
    const processes = new Map(UNITS.map((name) => [name, [unitOf(fleet, name)]]));
    const url = `http://127.0.0.1:${spreads.get('gateway')?.port}/graphql`;
    const figures: Record<string, Figure> = {};
    for (const count of PROCESSES) {
      for (const name of UNITS) {
        const own = processes.get(name) ?? [];
        while (own.length < count) {
          report(`starting ${name} ${own.length + 1}`);
          own.push(await fleet.startTwin(name, { MQTT_CLIENT_ID: `ingest-${own.length}` }));
        }
        spreads.get(name)?.to(own.map(({ port }) => port));
      }
      const measured = await measure(fleet, processes, url, count === 1, (text) =>
        report(`${count} of each unit: ${text}`),
      );
      Object.assign(figures, figuresOf(count, measured));
    }
    return { figures, peers: {} };
  } finally {
    await fleet.stop();
    await Promise.all([...spreads.values()].map((spread) => spread.close()));
  }
};

function unitOf(fleet: LocalFleet, name: string): UnitProcess {
  const unit = fleet.units.get(name);
  if (unit === undefined) throw new Error(`The fleet has no ${name}`);
  return unit;
}

type Processes = ReadonlyMap<string, readonly UnitProcess[]>;
/** By unit and server. */
type Amounts = ReadonlyMap<string, number>;

interface Sample {
  readonly orders: LoadResult;
  readonly measured: Measured;
}

async function measure(
  fleet: LocalFleet,
  processes: Processes,
  url: string,
  isWhole: boolean,
  report: (text: string) => void,
): Promise<Sample> {
  const pids = await pidsOf(fleet, processes);
  const spent = async (work: () => Promise<void>): Promise<Amounts> => {
    const before = amountsOf(pids, processorMilliseconds);
    await work();
    return new Map(
      [...amountsOf(pids, processorMilliseconds)].map(([name, after]) => [
        name,
        after - (before.get(name) ?? 0),
      ]),
    );
  };
  report('warming up');
  const chain = await signIn(url);
  const one = () => completeOrder(chain);
  await inFlight(ORDERS_IN_FLIGHT, WARM_UP_SECONDS, one);
  report('at rest');
  const rest = () => spent(() => delay(REST_SECONDS * 1_000));
  const sum = (amounts: Amounts) => [...amounts.values()].reduce((all, one) => all + one, 0);
  // What follows a start, such as the accounts of all shelves at the broker, is none of it.
  let atRest = await rest();
  for (let next = await rest(); sum(next) < SETTLING * sum(atRest); next = await rest()) atRest = next;
  const restOf = (name: string) => (atRest.get(name) ?? 0) / REST_SECONDS;

  report('orders');
  const bytesBefore = await databaseBytes(fleet);
  let orders: LoadResult = { rate: 0, milliseconds: [] };
  const start = performance.now();
  const byOrders = await spent(async () => {
    orders = await inFlight(ORDERS_IN_FLIGHT, ORDER_SECONDS, one);
    // For what follows the last order.
    await delay(2_000);
  });
  const seconds = (performance.now() - start) / 1_000;
  const count = orders.milliseconds.length;
  const bytesAnOrder = ((await databaseBytes(fleet)) - bytesBefore) / count;

  let byReadings: Amounts = new Map();
  let bytesAReading = 0;
  let readingSeconds = 0;
  if (isWhole) {
    report('readings');
    const before = await databaseBytes(fleet);
    const began = performance.now();
    byReadings = await spent(async () => {
      await publishReadings(fleet.mqttUrl);
      await untilApplied(fleet);
    });
    readingSeconds = (performance.now() - began) / 1_000;
    bytesAReading = ((await databaseBytes(fleet)) - before) / (READING_SECONDS * READINGS_A_SECOND);
  }
  const memory = amountsOf(pids, memoryBytes);
  const costs = new Map<string, Cost>();
  for (const [name, own] of pids) {
    const share = (all: Amounts, during: number) => Math.max(0, (all.get(name) ?? 0) - restOf(name) * during);
    costs.set(name, {
      millisecondsAnOrder: share(byOrders, seconds) / count,
      millisecondsAReading: share(byReadings, readingSeconds) / (READING_SECONDS * READINGS_A_SECOND),
      memoryBytes: (memory.get(name) ?? 0) / own.length,
      restMillisecondsASecond: restOf(name) / own.length,
      isServer: !processes.has(name),
    });
  }
  const measured = { costs: Object.fromEntries(costs), bytesAnOrder, bytesAReading };
  return { orders, measured };
}

/** Of the units, and of the servers that they use; what stands for payment providers is left out. */
async function pidsOf(
  fleet: LocalFleet,
  processes: Processes,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const postgres = await readPidFile(`${fleet.folder}/postgres/cluster`);
  const pids = new Map<string, readonly number[]>([
    ...[...processes].map(([name, own]) => [name, own.flatMap(({ pid }) => pid ?? [])] as const),
    ['PostgreSQL', postgres === undefined ? [] : [postgres.pid]],
    ['Redis', childrenNamed('redis-server')],
    ['mosquitto', childrenNamed('mosquitto')],
  ]);
  for (const [name, own] of pids) if (own.length === 0) throw new Error(`No process of ${name} is found.`);
  return pids;
}

function amountsOf(pids: ReadonlyMap<string, readonly number[]>, amount: (pid: number) => number): Amounts {
  return new Map([...pids].map(([name, own]) => [name, own.reduce((sum, pid) => sum + amount(pid), 0)]));
}

/** Of all subgraphs: tables, indexes and what they have beside them. */
async function databaseBytes(fleet: LocalFleet): Promise<number> {
  let bytes = 0;
  for (const name of SUBGRAPH_NAMES) {
    const book = openBook(fleet.databaseUrl(name));
    const sizes = await book.amounts(`SELECT 'all' AS name, pg_database_size(current_database()) AS amount`);
    bytes += sizes.get('all') ?? 0;
    await book.close();
  }
  return bytes;
}

/** Readings are acknowledged before their levels move. */
async function untilApplied(fleet: LocalFleet): Promise<void> {
  const book = openBook(fleet.databaseUrl('stock'));
  const left = () => book.names('SELECT id AS name FROM reading_batch WHERE applied_at IS NULL LIMIT 1');
  while ((await left()).length > 0) await delay(100);
  await book.close();
}

async function publishReadings(mqttUrl: string): Promise<void> {
  const shelves = CATALOGUE.stockItems.flatMap(({ outletId, shelf }) =>
    shelf === null ? [] : [{ id: shelf.id, outletId }],
  );
  const scales = await Promise.all(
    shelves.slice(0, SCALES).map(async (shelf) => ({
      topic: readingTopicOf(shelf),
      client: await mqtt.connectAsync(mqttUrl, { username: shelf.id, password: demoDeviceToken(shelf.id) }),
    })),
  );
  const open: Promise<unknown>[] = [];
  const start = performance.now();
  for (let seq = 1; seq <= READING_SECONDS * READINGS_A_SECOND; seq += 1) {
    const due = (performance.now() - start) * (READINGS_A_SECOND / 1_000);
    if (seq > due) await delay(10);
    const scale = scales[seq % scales.length];
    if (scale === undefined) continue;
    const reading = { seq, bootId: 'scale', at: new Date().toISOString(), grams: 60_000 - (seq % 1_000) };
    open.push(scale.client.publishAsync(scale.topic, JSON.stringify(reading), { qos: 1 }));
  }
  await Promise.all(open);
  await delay(1_000);
  await Promise.all(scales.map(({ client }) => client.endAsync()));
}

function figuresOf(count: number, { orders, measured }: Sample): Record<string, Figure> {
  const { costs, bytesAnOrder, bytesAReading } = measured;
  const name = `${count} of each unit`;
  const sum = (amount: (cost: Cost) => number) =>
    Object.values(costs).reduce((all, cost) => all + amount(cost), 0);
  const figures: Record<string, Figure> = {
    [`${name}: orders completed`]: { value: orders.rate, unit: '/s' },
    [`${name}: an order from the menu to the counter, p50`]: {
      value: quantile(orders.milliseconds, 0.5),
      unit: 'ms',
    },
    [`${name}: the same, p99`]: { value: quantile(orders.milliseconds, 0.99), unit: 'ms' },
    [`${name}: processor time an order`]: { value: sum((cost) => cost.millisecondsAnOrder), unit: 'ms' },
    [`${name}: processor time at rest`]: {
      value: Object.values(costs).reduce(
        (all, cost) => all + cost.restMillisecondsASecond * (cost.isServer ? 1 : count),
        0,
      ),
      unit: 'ms/s',
    },
    [`${name}: stored an order`]: { value: bytesAnOrder, unit: 'bytes' },
  };
  if (count > 1) return figures;
  for (const [unit, cost] of Object.entries(costs)) {
    figures[`${unit}: processor time an order`] = { value: cost.millisecondsAnOrder, unit: 'ms' };
    figures[`${unit}: processor time a thousand readings`] = {
      value: cost.millisecondsAReading * 1_000,
      unit: 'ms',
    };
    figures[`${unit}: memory of a process`] = { value: cost.memoryBytes / MEBIBYTE, unit: 'MiB' };
  }
  figures['stored a reading'] = { value: bytesAReading, unit: 'bytes' };
  for (const ordersADay of ORDERS_A_DAY) {
    const need = needOf(measured, ordersADay);
    const label = `${ordersADay.toLocaleString('en')} orders a day`;
    figures[`${label}: cores`] = { value: need.cores, unit: 'cores' };
    figures[`${label}: processes of units and servers`] = { value: need.processes, unit: 'processes' };
    figures[`${label}: memory`] = { value: need.memoryBytes / GIBIBYTE, unit: 'GiB' };
    figures[`${label}: a year on disk`] = { value: need.diskBytes / GIBIBYTE, unit: 'GiB' };
    figures[`${label}: sockets`] = { value: need.sockets, unit: 'sockets' };
    figures[`${label}: money`] = { value: need.dollarsAMonth, unit: '$ a month' };
  }
  return figures;
}
