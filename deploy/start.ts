/**
 * `npm start`: every unit in this process, on an embedded PostgreSQL and an embedded MQTT broker unless others are
 * configured. Units start in the order of dependence and stop in reverse, so that accepted work is completed before the
 * databases close.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, ConfigurationError, type SettingProblem } from '../platform/config.js';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../platform/database/embedded.js';
import { requireFreePort } from '../platform/http/server.js';
import { hasSimulators, providerSettings } from '../subgraphs/payment/settings.js';
import { dangersOf } from './dangers.js';
import { makeDataDirectory } from './data-directory.js';
import { type Lifetime, runUntilSignal } from './lifetime.js';
import { showProgress } from './progress.js';
import { withSecrets } from './secrets.js';
import { misspeltSettings, readSettings } from './settings.js';
import { UNIT_NAMES, UNIT_PORTS, type UnitName } from './units.js';

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
  lifetime.drainFor(config.environment.SHUTDOWN_DELAY_SECONDS);
  await requireFreePort({ port: config.environment.PORT ?? UNIT_PORTS.gateway, host: config.host });
  await tryBroker(config);
  if (fresh) await startOver(config);
  await makeDataDirectory(config);
  write(`Kedai starts in ${config.dataDirectory}\n`);
  const warnings = [...dangersOf(config), ...misspeltSettings(variables)].map((text) => `\n  !! ${text}\n`);
  for (const warning of warnings) write(warning);

  config = await progress.step('Keys and secrets', () => keysAndSecrets(config));
  const units = import('./start-units.js');
  // A failure is thrown where it is awaited.
  units.catch(() => undefined);
  if (config.environment.DATABASE_URL === undefined) {
    config = await progress.step('Embedded PostgreSQL', () => startPostgres(config, lifetime));
  }
  const { startUnits } = await units;
  await startUnits({ config, startedAt, live, warnings, progress, write }, lifetime);
}

/** A broker that refuses the credentials ends the start before anything is made; one that is away is awaited by what needs it. */
async function tryBroker(config: Config): Promise<void> {
  if (config.value('MQTT_URL') === undefined) return;
  const { neededBrokers } = await import('./needed-servers.js');
  for (const { reach } of neededBrokers(config)) {
    await reach().catch((error: unknown) => {
      if (error instanceof ConfigurationError) throw error;
    });
  }
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
