/**
 * The part of `npm start` that needs the units' code, which takes longer to load than PostgreSQL takes to start: migrates and seeds the
 * databases, starts the units in the order of dependence, and says where they are.
 */
import { gatewayOptions } from '../gateway/configuration.js';
import { startGateway } from '../gateway/index.js';
import type { Config } from '../platform/config.js';
import { freePort } from '../platform/database/embedded-server.js';
import { holdStartGate } from '../platform/kit/start-gate.js';
import { openPlatform } from '../platform/platform.js';
import type { RunningSubgraph } from '../platform/subgraph/subgraph.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { hasSimulators } from '../subgraphs/payment/settings.js';
import { startIngest } from '../subgraphs/stock/ingest/index.js';
import { awaitServers } from './await-servers.js';
import { DEMO_DATA_IN_PRODUCTION } from './dangers.js';
import { isDemoSeeded, migrateDatabases, seedDatabases, seedPastOfDemo } from './databases.js';
import { demoAccounts } from './demo-accounts.js';
import { makeFirstAdmin } from './first-admin.js';
import type { Lifetime } from './lifetime.js';
import { startLiveDay } from './live-day.js';
import { startMetricsServer } from './metrics-server.js';
import { neededBrokers } from './needed-servers.js';
import { type Progress, seconds } from './progress.js';
import { startSimulators } from './simulators.js';
import { readyLine, startPageLine, welcome } from './startup-banner.js';
import { SUBGRAPH_STARTERS, UNIT_PORTS } from './units.js';

export interface UnitsOfStart {
  /** With its secrets, and the address of its databases. */
  readonly config: Config;
  /** By `performance.now()`. */
  readonly startedAt: number;
  /** With a quiet day in the demo chain. */
  readonly live: boolean;
  /** Repeated at the end, so that nobody overlooks them. */
  readonly warnings: readonly string[];
  readonly progress: Progress;
  readonly write: (text: string) => void;
}

export async function startUnits(start: UnitsOfStart, lifetime: Lifetime): Promise<void> {
  const { startedAt, live, progress, write } = start;
  let { config } = start;
  const warnings = [...start.warnings];
  const openStartGate = holdStartGate();
  // Loaded while the databases are migrated, in which this process has little to do.
  const code = Promise.all(SUBGRAPH_NAMES.map((name) => import(`../subgraphs/${name}/index.js`)));
  code.catch(() => undefined);
  await progress.step('Migrations', () => migrateDatabases(config));
  if (config.isProduction && !config.hasDemo && (await isDemoSeeded(config))) {
    const warning = `\n  !! ${DEMO_DATA_IN_PRODUCTION}\n`;
    warnings.push(warning);
    write(warning);
  }
  if (config.hasDemo) await progress.step('Demo chain', () => seedDatabases(config));
  // Loaded while the units start: PostgreSQL is busy with the one, this process with the other.
  const past = config.hasDemoPast ? seedPastOfDemo(config) : Promise.resolve();
  // A failure is thrown where the start awaits it.
  past.catch(() => undefined);

  if (hasSimulators(config)) {
    config = await progress.step('Payment simulators', () => simulators(config, lifetime));
  }
  await startMetricsServer(config, lifetime);
  const platform = await openPlatform(config);
  lifetime.keep({ stop: platform.close });
  const subgraphs = await progress.step('Subgraphs', () =>
    Promise.all(
      SUBGRAPH_NAMES.filter((name) => config.subgraphUrl(name) === undefined).map(
        async (name): Promise<RunningSubgraph> => lifetime.keep(await SUBGRAPH_STARTERS[name](platform)),
      ),
    ),
  );
  const firstAdmin = await makeFirstAdmin(config);
  const ingest = await progress.step('MQTT broker and ingest', async () => {
    await awaitServers(neededBrokers(config), { log: platform.log });
    return lifetime.keep(await startIngest(platform));
  });
  const kedai = { names: SUBGRAPH_NAMES, local: subgraphs, demo: demoAccounts(config) };
  const options = await gatewayOptions(config, platform.log, kedai, platform);
  const ready = async () => void (await Promise.all([past, options.ready?.(), ingest.ready()]));
  const gateway = await progress.step('Gateway', async () =>
    lifetime.keep(await startGateway({ ...options, ready })),
  );
  if (config.hasDemoPast) await progress.step('Past of the demo chain', () => past);
  openStartGate();

  const addresses = { port: gateway.port, mqttUrl: ingest.mqttUrl };
  const hasMailbox = !config.isProduction && config.value('SMTP_URL') === undefined;
  const { mqttTlsUrl } = ingest;
  const hasExplorers = options.introspection;
  write(welcome({ ...addresses, mqttTlsUrl, isSeeded: config.hasDemo, hasExplorers, hasMailbox }));
  for (const warning of warnings) write(warning);
  if (firstAdmin !== null) write(`\n${firstAdmin}\n`);
  if (live) write('\nA quiet day goes on in three outlets.\n');
  write(
    `\nStarted in ${seconds(performance.now() - startedAt)}. Ctrl-C stops it.\n${startPageLine(addresses)}\n${readyLine(addresses)}\n`,
  );
  if (live) lifetime.keep(startLiveDay(addresses, platform.log));
}

/** Callbacks go to the gateway's port, so PORT=0 is resolved here. */
async function simulators(config: Config, lifetime: Lifetime): Promise<Config> {
  const configured = config.environment.PORT ?? UNIT_PORTS.gateway;
  const port = configured === 0 ? await freePort() : configured;
  return startSimulators(
    config.with({ PORT: port }),
    { host: '127.0.0.1', midtransPort: 0, xenditPort: 0, callbackOrigin: `http://127.0.0.1:${port}` },
    lifetime,
  );
}
