/**
 * One run: the fleet of docker-compose.yml under load and faults, and the audit once every unit is up again. The audit is
 * repeated for a minute, so that pending work can complete.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type LocalFleet, startLocalFleet } from '../../deploy/local-fleet/local-fleet.js';
import { postgresConsumerRegistry, redisConsumerRegistry } from '../../platform/events/consumer-registry.js';
import { Acknowledged } from './acknowledged.js';
import { audit } from './audit/audit.js';
import { openBooks } from './audit/books.js';
import { type Equation, holds } from './audit/equation.js';
import { auditHistory } from './audit/history.js';
import { readProviderBooks } from './audit/provider-books.js';
import { untilServed } from './calm.js';
import { Faults } from './faults/faults.js';
import { planFaults } from './faults/plan.js';
import { startLoad } from './load/load.js';
import { startWebhookReceiver } from './load/webhook.js';
import { Random } from './random.js';
import { Tally } from './tally.js';
import { shortcomingsOf } from './verdict.js';

export interface ChaosOptions {
  readonly minutes: number;
  readonly seed: string;
  /** A checkout of an older release, installed and built: the fleet starts from it and is upgraded under load before the first fault. */
  readonly upgradeFrom?: string;
  /** Called with each step. */
  readonly report: (line: string) => void;
  readonly ending: AbortSignal;
}

export interface ChaosResult {
  readonly equations: readonly Equation[];
  /** From the last answer to a client until every equation held, or the limit. */
  readonly settledAfterSeconds: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly load: Readonly<Record<string, number>>;
  /** Why the run proves too little; empty when it is conclusive. */
  readonly shortcomings: readonly string[];
  /** Units that exited without being killed, and were restarted. */
  readonly unexpectedEnds: readonly string[];
}

const BEFORE_UPGRADE_MILLISECONDS = 20_000;
const PROGRESS_MILLISECONDS = 10_000;
const SETTLE_LIMIT_MILLISECONDS = 60_000;
/** On a slow machine the faults take longer than planned, by so much at most. */
const MOST_DELAY_SECONDS = 45;
const POLL_INTERVAL_MILLISECONDS = 1_000;
/** Short, so that unpaid orders expire within the run. */
const PAYMENT_WINDOW_SECONDS = '20';

/** Where the fleet's files are left for inspection when an equation does not hold. */
export interface Remains {
  readonly logs: string;
}

export async function runChaos(options: ChaosOptions): Promise<ChaosResult & { remains?: Remains }> {
  const { report, upgradeFrom } = options;
  report(upgradeFrom === undefined ? 'the fleet starts' : `the fleet starts from ${upgradeFrom}`);
  const fleet = await startLocalFleet({
    ...(upgradeFrom === undefined ? {} : { project: upgradeFrom }),
    durable: true,
    settings: {
      gateway: { RATE_LIMIT: 'off' },
      order: { PAYMENT_WINDOW_SECONDS },
      messages: { WEBHOOKS_PRIVATE_ADDRESSES: 'on' },
    },
  });
  let keepFolder = false;
  try {
    if (fleet.servers.redis === undefined)
      report('this machine has no Redis: PostgreSQL carries the queues, and no fault stops Redis');
    report(
      fleet.servers.mosquitto === undefined
        ? 'this machine has no mosquitto: the shelves publish to the embedded broker of ingest'
        : 'mosquitto itself is not killed: what it acknowledged in its last second may die with it',
    );
    const result = await disturb(fleet, options);
    keepFolder = !result.equations.every(holds);
    return keepFolder ? { ...result, remains: { logs: join(fleet.folder, 'logs') } } : result;
  } finally {
    report('the fleet stops');
    await fleet.stop({ keepFolder });
  }
}

async function disturb(
  fleet: LocalFleet,
  { minutes, seed, upgradeFrom, report, ending }: ChaosOptions,
): Promise<ChaosResult> {
  const random = new Random(seed);
  const [faultTally, loadTally, acknowledged] = [new Tally(), new Tally(), new Acknowledged()];
  const { url, mqttUrl } = fleet;
  const seconds = minutes * 60;
  const untilUp = async () => {
    await Promise.all([...fleet.units.values()].map((unit) => unit.untilUp()));
  };
  const webhooks = random.of('webhooks');
  // An older release has none.
  const receiver =
    upgradeFrom === undefined
      ? await startWebhookReceiver({ url, random: webhooks, tally: loadTally, acknowledged, ending })
      : undefined;
  const load = await startLoad({ url, mqttUrl, random: random.of('load'), tally: loadTally, acknowledged });
  const progress = setInterval(() => report(`  ${loadTally.line()}`), PROGRESS_MILLISECONDS);
  try {
    ending.throwIfAborted();
    const faults = new Faults({ fleet, tally: faultTally, report, paid: () => loadTally.of('payments') });
    const course = async () => {
      if (upgradeFrom !== undefined) await upgrade(fleet, report, ending);
      await Promise.all([
        faults.run(planFaults(random.of('faults'), seconds), seconds + MOST_DELAY_SECONDS, ending),
        sleep(seconds * 1_000, undefined, { signal: ending }),
      ]);
      await untilServed(loadTally, { untilUp, report, ending });
    };
    await Promise.race([course(), aborted(ending)]);
    report('the load ends: the last answers are waited for');
    await load.stop();
  } finally {
    clearInterval(progress);
  }
  await untilUp();
  report(`everything is up: ${loadTally.line()}`);
  const restingSince = Date.now();
  const equations = await settle(fleet, acknowledged);
  await receiver?.stop();
  const course = { faults: faultTally.counts(), load: loadTally.counts() };
  return {
    equations,
    settledAfterSeconds: (Date.now() - restingSince) / 1_000,
    ...course,
    shortcomings: shortcomingsOf({ minutes, hasRedis: fleet.servers.redis !== undefined, ...course }),
    unexpectedEnds: fleet
      .unexpectedEnds()
      .map(
        ({ name, code, signal, lastWords }) =>
          `${name} ended with ${code ?? signal}: ${lastWords.slice(0, 200)}`,
      ),
  };
}

/** Under load, and before any fault: a migration that PostgreSQL's crash breaks off is for its operator to resolve. */
async function upgrade(
  fleet: LocalFleet,
  report: (line: string) => void,
  ending: AbortSignal,
): Promise<void> {
  await sleep(BEFORE_UPGRADE_MILLISECONDS, undefined, { signal: ending });
  report('the databases are migrated while the older release serves, then each unit is upgraded');
  await fleet.upgrade();
  report('the upgrade is done');
}

/** Repeats the audit until every equation holds or the limit has passed. */
async function settle(fleet: LocalFleet, acknowledged: Acknowledged): Promise<Equation[]> {
  const books = openBooks(fleet.databaseUrl);
  const { consumers, close } = await openConsumerRegistry(fleet);
  const providers = () => readProviderBooks(join(fleet.folder, 'payment-simulators'));
  try {
    const limit = Date.now() + SETTLE_LIMIT_MILLISECONDS;
    for (;;) {
      const equations = [
        ...(await audit({ books, consumers, providers, acknowledged })),
        ...(await auditHistory(fleet.databaseUrl)),
      ];
      if (equations.every(holds) || Date.now() > limit) return equations;
      await sleep(POLL_INTERVAL_MILLISECONDS);
    }
  } finally {
    await Promise.all([books.close(), close()]);
  }
}

async function openConsumerRegistry({ servers }: LocalFleet) {
  const { redis: server, postgres } = servers;
  if (server !== undefined) {
    const redis = new Redis(server.url);
    return { consumers: redisConsumerRegistry(redis), close: async () => redis.disconnect() };
  }
  const url = Object.assign(new URL(postgres.url), { pathname: '/kedai_platform' });
  const pool = new pg.Pool({ connectionString: url.href, max: 1 });
  return { consumers: await postgresConsumerRegistry(pool), close: () => pool.end() };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('Broken off')), { once: true });
  });
}
