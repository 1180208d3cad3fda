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
import { type Config, ConfigurationError } from '../platform/config.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../platform/database/embedded.js';
import { freePort } from '../platform/database/embedded-server.js';
import { openPlatform } from '../platform/platform.js';
import type { RunningSubgraph } from '../platform/subgraph/subgraph.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { startIngest } from '../subgraphs/stock/ingest/index.js';
import { migrateDatabases, seedDatabases } from './databases.js';
import { type Lifetime, runUntilSignal } from './lifetime.js';
import { seconds, showProgress } from './progress.js';
import { withSecrets } from './secrets.js';
import { readSettings } from './settings.js';
import { startSimulators } from './simulators.js';
import { readyLine, welcome } from './startup-banner.js';
import { SUBGRAPH_STARTERS, UNIT_NAMES, UNIT_PORTS } from './units.js';

const HELP = `Starts all of Kedai in one process.

  npm start                  keeps its data in .data (DATA_DIR)
  npm start -- --fresh       starts over: removes the data first
  npm start -- --demo        seeds the demo chain, in production too
  PORT=5000 npm start        serves there; every other port gives way by itself

README.md and deploy/settings.md name the other settings.
`;

const write = (text: string): void => void process.stdout.write(text);
const progress = showProgress(write);

async function start(lifetime: Lifetime): Promise<void> {
  const { fresh, demo, help } = readArguments();
  if (help) {
    write(HELP);
    process.exit(0);
  }
  const startedAt = performance.now();
  let config = readSettings(process.env);
  if (fresh) await startOver(config);
  write(`Kedai starts in ${config.dataDirectory}\n`);

  config = await progress.step('Keys and secrets', () => keysAndSecrets(config));
  if (config.environment.DATABASE_URL === undefined) {
    config = await progress.step('Embedded PostgreSQL', () => startPostgres(config, lifetime));
  }
  await progress.step('Migrations', () => migrateDatabases(config));
  if (demo || !config.isProduction) await progress.step('Demo chain', () => seedDatabases(config));

  config = await progress.step('Payment simulators', () => simulators(config, lifetime));
  const platform = await openPlatform(config);
  lifetime.keep({ stop: platform.close });
  const subgraphs = await progress.step('Subgraphs', () =>
    Promise.all(
      SUBGRAPH_NAMES.filter((name) => config.subgraphUrl(name) === undefined).map(
        async (name): Promise<RunningSubgraph> => lifetime.keep(await SUBGRAPH_STARTERS[name](platform)),
      ),
    ),
  );
  const ingest = await progress.step('MQTT broker and ingest', async () =>
    lifetime.keep(await startIngest(platform)),
  );
  const gateway = await progress.step('Gateway', async () => {
    const kedai = { names: SUBGRAPH_NAMES, local: subgraphs };
    const options = await gatewayOptions(config, platform.log, kedai, platform);
    const ready = async () => void (await Promise.all([options.ready?.(), ingest.ready()]));
    const { port } = lifetime.keep(await startGateway({ ...options, ready }));
    return { port, hasExplorers: options.introspection };
  });

  const addresses = { port: gateway.port, mqttUrl: ingest.mqttUrl };
  const isSeeded = demo || !config.isProduction;
  const hasMailbox = !config.isProduction && config.value('SMTP_URL') === undefined;
  write(welcome({ ...addresses, isSeeded, hasExplorers: gateway.hasExplorers, hasMailbox }));
  write(
    `\nStarted in ${seconds(performance.now() - startedAt)}. Ctrl-C stops it.\n${readyLine(addresses)}\n`,
  );
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        fresh: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new ConfigurationError(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

function keysAndSecrets(config: Config): Promise<Config> {
  return withSecrets(config, UNIT_NAMES);
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
