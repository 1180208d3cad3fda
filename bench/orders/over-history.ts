/**
 * What the order subgraph does all day, over two histories: a tenth of the orders and all of them, spread over 24 months and the
 * outlets of the demo chain, with lines and statuses. Both are loaded in turn, so that what slows the machine slows both.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DocumentNode, parse } from 'graphql';
import { readConfig } from '../../platform/config.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { newCause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import { newId } from '../../platform/ids.js';
import { openPlatform } from '../../platform/platform.js';
import { executeOperation } from '../../platform/subgraph/execution.js';
import { migrate } from '../../prisma/migrate.js';
import { seedOrder } from '../../prisma/seed/order.js';
import { startOrder } from '../../subgraphs/order/index.js';
import type { BenchResult, Figure } from '../result.js';
import { type History, seedHistory } from './history.js';
import { inFlight } from './load.js';
import { OUTLETS, PLACE_ORDER, someDrink } from './orders.js';

const IN_FLIGHT = 32;
const SECONDS = 2;
const ROUNDS = 3;
/** The larger history may cost this share of the rate. */
const TARGET = 0.9;

interface Side {
  readonly label: string;
  readonly operations: ReadonlyMap<string, () => Promise<void>>;
  /** Operations a second, by name; the best of the rounds. */
  readonly rates: Map<string, number>;
  stop(): Promise<void>;
}

export async function overHistory(orders: number, report: (progress: string) => void): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-bench-'));
  const server = await startEmbeddedPostgres({ folder });
  const sides: Side[] = [];
  try {
    for (const count of [Math.ceil(orders / 10), orders])
      sides.push(await startSide(server.url, count, report));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const name of sides[0]?.operations.keys() ?? []) {
        for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
          report(`round ${round + 1} of ${ROUNDS}: ${name}, over ${side.label}`);
          const operation = side.operations.get(name);
          if (operation === undefined) continue;
          const { rate } = await inFlight(IN_FLIGHT, SECONDS, operation);
          side.rates.set(name, Math.max(rate, side.rates.get(name) ?? 0));
        }
      }
    }
  } finally {
    for (const side of sides) await side.stop();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const [small, large] = sides;
  if (small === undefined || large === undefined) throw new Error('There are two histories.');
  const figures: Record<string, Figure> = {};
  for (const [name, rate] of large.rates) {
    figures[`${name}, over ${large.label}`] = { value: rate, unit: '/s' };
    const ratio = rate / (small.rates.get(name) ?? 0);
    figures[`${name}, of the rate over ${small.label}`] = { value: ratio, unit: '×', target: TARGET };
  }
  return {
    figures,
    peers: {
      [small.label]: Object.fromEntries(
        [...small.rates].map(([name, value]) => [name, { value, unit: '/s' }]),
      ),
    },
  };
}

async function startSide(
  serverUrl: string,
  orders: number,
  report: (progress: string) => void,
): Promise<Side> {
  const label = `${orders.toLocaleString('en')} orders`;
  const databaseUrl = (name: string) =>
    Object.assign(new URL(serverUrl), { pathname: `/${name}_over_${orders}` }).href;
  const [url, platformUrl] = [databaseUrl('order'), databaseUrl('platform')];
  await migrate({ urls: { order: url, platform: platformUrl } });
  await seedOrder(url);
  const history = await seedHistory(url, orders, report);
  const config = readConfig({
    DATABASE_URL: serverUrl,
    ORDER_DATABASE_URL: url,
    PLATFORM_DATABASE_URL: platformUrl,
    LOG_LEVEL: 'error',
    ARCHIVE_AFTER_MONTHS: '600',
  });
  const platform = await openPlatform(config);
  const subgraph = await startOrder(platform);
  const answered = new Set<DocumentNode>();
  const run = async (identity: Identity, document: DocumentNode, variables: Record<string, unknown>) => {
    const call = { identity, cause: newCause() };
    const answer = await executeOperation(subgraph, { document, variables }, call, platform.log);
    if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
    if (!answered.has(document)) {
      if (!/"(id|key)":/.test(JSON.stringify(answer.data))) throw new Error('An answer has no rows.');
      answered.add(document);
    }
    return answer.data;
  };
  return {
    label,
    operations: operationsOver(history, run),
    rates: new Map(),
    async stop() {
      await subgraph.stop();
      await platform.close();
    },
  };
}

type Run = (
  identity: Identity,
  document: DocumentNode,
  variables: Record<string, unknown>,
) => Promise<unknown>;

const ORDER_FIELDS =
  'id number status total { amount } lines { menuItem { id } quantity } statusHistory { status at }';
const PLACE = parse(PLACE_ORDER);
const READ = parse(`query ($id: ID!) { order(id: $id) { ${ORDER_FIELDS} } }`);
const OWN = parse(`query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on Customer { orders(first: 20) { nodes { ${ORDER_FIELDS} } } } } }`);
const OF_OUTLET = parse(
  `query ($outletId: ID!) { orders(outletId: $outletId, first: 20) { nodes { ${ORDER_FIELDS} } } }`,
);
const QUEUE = parse(`query ($outletId: ID!) { kitchenQueue(outletId: $outletId) { ${ORDER_FIELDS} } }`);
const SALES = parse(`query ($from: Date!, $to: Date!) {
  salesReport(from: $from, to: $to, by: MONTH) { rows { key orders revenue { amount } } } }`);

function operationsOver(history: History, run: Run): ReadonlyMap<string, () => Promise<void>> {
  const someGuest = cycle(history.guests);
  const someOrder = cycle(history.orders);
  const someOutlet = cycle(OUTLETS);
  const guest = (customerId: string): Identity => ({ customerId, roles: [] });
  const staffOf = (outlet: (typeof OUTLETS)[number]): Identity => ({
    customerId: newId(),
    roles: [{ role: 'MANAGER', outletId: outlet.id, franchiseId: outlet.franchiseId }],
  });
  const headOffice: Identity = {
    customerId: newId(),
    roles: [{ role: 'HQ', outletId: null, franchiseId: null }],
  };
  return new Map<string, () => Promise<void>>([
    ['orders placed', async () => void (await run(guest(someGuest()), PLACE, { input: someDrink() }))],
    [
      'orders read, of any age',
      async () => {
        const { id, customerId } = someOrder();
        await run(guest(customerId), READ, { id });
      },
    ],
    [
      "pages of a guest's orders",
      async () => {
        const id = someGuest();
        await run(guest(id), OWN, { of: [{ __typename: 'Customer', id }] });
      },
    ],
    [
      "pages of an outlet's orders",
      async () => {
        const outlet = someOutlet();
        await run(staffOf(outlet), OF_OUTLET, { outletId: outlet.id });
      },
    ],
    [
      'kitchen queues',
      async () => {
        const outlet = someOutlet();
        await run(staffOf(outlet), QUEUE, { outletId: outlet.id });
      },
    ],
    [
      "a year's sales by month",
      async () => void (await run(headOffice, SALES, { from: history.from, to: history.to })),
    ],
  ]);
}

function cycle<Item>(items: readonly Item[]): () => Item {
  let index = 0;
  return () => {
    const item = items[index % items.length];
    index += 1;
    if (item === undefined) throw new Error('There is nothing to draw from.');
    return item;
  };
}
