/**
 * `npm start`: every unit in this process, on an embedded PostgreSQL and an embedded MQTT broker unless others are
 * configured. Units start in the order of dependence and stop in reverse, so that accepted work is completed before the
 * databases close.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gatewayOptions } from '../gateway/configuration.js';
import { startGateway } from '../gateway/index.js';
import { type Config, ConfigurationError, type SettingProblem } from '../platform/config.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../platform/database/embedded.js';
import { freePort } from '../platform/database/embedded-server.js';
import { requireFreePort } from '../platform/http/server.js';
import { openPlatform } from '../platform/platform.js';
import type { RunningSubgraph } from '../platform/subgraph/subgraph.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { hasSimulators, providerSettings } from '../subgraphs/payment/settings.js';
import { startIngest } from '../subgraphs/stock/ingest/index.js';
import { awaitServers } from './await-servers.js';
import { DEMO_DATA_IN_PRODUCTION, dangersOf } from './dangers.js';
import { isDemoSeeded, migrateDatabases, seedDatabases, seedPastOfDemo } from './databases.js';
import { demoAccounts } from './demo-accounts.js';
import { makeFirstAdmin } from './first-admin.js';
import { type Lifetime, runUntilSignal } from './lifetime.js';
import { startLiveDay } from './live-day.js';
import { startMetricsServer } from './metrics-server.js';
import { neededBrokers } from './needed-servers.js';
import { seconds, showProgress } from './progress.js';
import { withSecrets } from './secrets.js';
import { misspeltSettings, readSettings } from './settings.js';
import { startSimulators } from './simulators.js';
import { readyLine, startPageLine, welcome } from './startup-banner.js';
import { SUBGRAPH_STARTERS, UNIT_NAMES, UNIT_PORTS, type UnitName } from './units.js';

const HELP = `Starts all of Kedai in one process.

  npm start                  keeps its data in .data (DATA_DIR)
  npm start -- --fresh       starts over: removes the data first
  npm start -- --demo        the demo chain, in production too (DEMO=on)
  npm start -- --live        with a quiet day in the demo chain: guests, kitchens, scales
  PORT=5000 npm start        serves there; every other port gives way by itself

README.md and deploy/settings.md name the other settings.
`;

const write = (text: string): void => void process.stdout.write(text);
const progress = showProgress(write);

async function start(lifetime: Lifetime): Promise<void> {
  const { fresh, demo, live, help } = readArguments();
  if (help) {
    write(HELP);
    process.exit(0);
  }
  const startedAt = performance.now();
  const variables = demo ? { ...process.env, DEMO: 'on' } : process.env;
  let config = readSettings(variables, lackOf);
  if (live && !config.hasDemo)
    throw new ConfigurationError(
      '--live plays a day in the demo chain: in production ask for that, too, by --demo.',
    );
  await requireFreePort({ port: config.environment.PORT ?? UNIT_PORTS.gateway, host: config.host });
  if (fresh) await startOver(config);
  write(`Kedai starts in ${config.dataDirectory}\n`);
  const warnings = [...dangersOf(config), ...misspeltSettings(variables)].map((text) => `\n  !! ${text}\n`);
  for (const warning of warnings) write(warning);

  config = await progress.step('Keys and secrets', () => keysAndSecrets(config));
  if (config.environment.DATABASE_URL === undefined) {
    config = await progress.step('Embedded PostgreSQL', () => startPostgres(config, lifetime));
  }
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

  const addresses = { port: gateway.port, mqttUrl: ingest.mqttUrl };
  const hasMailbox = !config.isProduction && config.value('SMTP_URL') === undefined;
  write(welcome({ ...addresses, isSeeded: config.hasDemo, hasExplorers: options.introspection, hasMailbox }));
  for (const warning of warnings) write(warning);
  if (firstAdmin !== null) write(`\n${firstAdmin}\n`);
  if (live) write('\nA quiet day goes on in three outlets.\n');
  write(
    `\nStarted in ${seconds(performance.now() - startedAt)}. Ctrl-C stops it.\n${startPageLine(addresses)}\n${readyLine(addresses)}\n`,
  );
  if (live) lifetime.keep(startLiveDay(addresses, platform.log));
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
        live: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new ConfigurationError(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

function unitsOf(config: Config): UnitName[] {
  return UNIT_NAMES.filter((name) => name !== 'payment-simulators' || hasSimulators(config));
}

/** What cannot be generated: of a payment provider of which only a part is configured. */
function lackOf(config: Config): SettingProblem[] {
  if (hasSimulators(config)) return [];
  return Object.entries(providerSettings(config))
    .filter(([setting]) => config.value(setting) === undefined)
    .map(([setting, why]) => ({ setting, problem: `is missing: ${why}` }));
}

function keysAndSecrets(config: Config): Promise<Config> {
  return withSecrets(config, unitsOf(config));
}

async function startPostgres(config: Config, lifetime: Lifetime): Promise<Config> {
  const server = lifetime.keep(
    await startEmbeddedPostgres({ folder: join(config.dataDirectory, 'postgres') }),
  );
  return config.with({ DATABASE_URL: server.url });
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

/** @throws ConfigurationError where the data is on a server that Kedai does not own. */
async function startOver(config: Config): Promise<void> {
  if (config.environment.DATABASE_URL !== undefined) {
    throw new ConfigurationError(
      '--fresh removes the embedded PostgreSQL and DATABASE_URL names another: drop its databases yourself, or leave --fresh out.',
    );
  }
  await removeEmbeddedPostgres(join(config.dataDirectory, 'postgres'));
  await rm(config.dataDirectory, { recursive: true, force: true });
}

runUntilSignal(start);
