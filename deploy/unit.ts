/**
 * `npm run unit -- <name…>`: runs the units named in one process, configured by environment alone. Other units are reached by
 * their URLs; every subgraph started here also serves remote gateways, on a port of its own. The units wait for required
 * servers that are away.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isAlone as isGatewayAlone } from '../gateway/settings.js';
import { type Config, ConfigurationError, type SettingProblem } from '../platform/config.js';
import { startHttpServer } from '../platform/http/server.js';
import { subgraphTokens } from '../platform/identity/subgraph-token.js';
import { createLog, type Log } from '../platform/log.js';
import { openPlatform, type Platform } from '../platform/platform.js';
import { isConnectionFailure } from '../platform/sql/connection-failure.js';
import { serveSubgraph } from '../platform/subgraph/serve.js';
import type { RunningSubgraph } from '../platform/subgraph/subgraph.js';
import { startTelemetry } from '../platform/telemetry.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { hasSimulators } from '../subgraphs/payment/settings.js';
import { awaitServers } from './await-servers.js';
import { dangersOf } from './dangers.js';
import { demoAccounts } from './demo-accounts.js';
import { type Lifetime, runUntilSignal } from './lifetime.js';
import { startMetricsServer } from './metrics-server.js';
import { missingDatabases, missingSubgraphs, neededServers } from './needed-servers.js';
import { missingSecrets, withSecrets } from './secrets.js';
import { misspeltSettings, readSettings } from './settings.js';
import { startSimulators } from './simulators.js';
import { StartupServers } from './startup-servers.js';
import { isUnitName, SUBGRAPH_STARTERS, UNIT_NAMES, UNIT_PORTS, type UnitName } from './units.js';

const HELP = `Starts the units named, for a fleet.

  npm run unit -- <name…>    ${UNIT_NAMES.join(', ')}

Each listens on its own port (${UNIT_NAMES.map((name) => `${name} ${UNIT_PORTS[name]}`).join(', ')}, the simulated Midtrans
and Xendit on the two after it); PORT sets it where one unit, or the gateway, is started. README.md and deploy/settings.md name the other settings.
`;

const RETRY_MILLISECONDS = 1_000;

async function start(lifetime: Lifetime): Promise<void> {
  const names = readNames();
  const configured = readSettings(process.env, (config) => lackOf(config, names));
  for (const sentence of misspeltSettings(process.env)) logOf(configured).warn(sentence);
  const isAlone = isAloneAs(configured, names);
  const config = isAlone ? configured : await withSecrets(configured, names);
  if (!isAlone) for (const danger of dangersOf(config)) logOf(config).warn(danger);

  lifetime.drainFor(config.environment.SHUTDOWN_DELAY_SECONDS);
  await startMetricsServer(config, lifetime);
  const ready = isAlone ? await startAlone(config, lifetime) : await startFleetUnits(config, names, lifetime);
  process.stdout.write(`Ready: ${ready.join(' ')}\n`);
}

function isAloneAs(config: Config, names: readonly UnitName[]): boolean {
  return names.length === 1 && names[0] === 'gateway' && isGatewayAlone(config);
}

/** What the units require, and neither is configured nor will be generated. */
function lackOf(config: Config, names: readonly UnitName[]): SettingProblem[] {
  if (isAloneAs(config, names)) return [];
  const units = names.filter((name) => name !== 'payment-simulators');
  const areSimulatorsRefused = units.length < names.length && !hasSimulators(config);
  return [
    ...(areSimulatorsRefused
      ? [
          {
            setting: 'PAYMENT_SIMULATORS',
            problem:
              'must be on for the payment simulators in production: with them orders are paid without money',
          },
        ]
      : []),
    ...(config.isProduction ? missingSecrets(config, names) : []),
    ...(units.length > 0 ? missingDatabases(config, units) : []),
    ...missingSubgraphs(config, units),
  ];
}

async function startAlone(config: Config, lifetime: Lifetime): Promise<string[]> {
  lifetime.keep(await startTelemetry(config));
  const subgraphs = { names: SUBGRAPH_NAMES, local: [] };
  const { gatewayOptions, startGateway } = await loadGateway();
  const { port } = lifetime.keep(await startGateway(await gatewayOptions(config, logOf(config), subgraphs)));
  return [`http://localhost:${port}/graphql`, `ws://localhost:${port}/graphql`];
}

async function startFleetUnits(
  config: Config,
  names: readonly UnitName[],
  lifetime: Lifetime,
): Promise<string[]> {
  const addresses: string[] = [];
  const portOf = (name: UnitName): number =>
    (names.length === 1 || name === 'gateway' ? config.environment.PORT : undefined) ?? UNIT_PORTS[name];

  // PORT may be another unit's.
  let settings = config.with({
    PUBLIC_URL:
      config.value('PUBLIC_URL') ??
      `http://localhost:${names.includes('gateway') ? portOf('gateway') : UNIT_PORTS.gateway}`,
  });
  if (names.includes('payment-simulators')) {
    settings = await startSimulatorUnit(settings, portOf('payment-simulators'), lifetime);
    addresses.push(`http://localhost:${portOf('payment-simulators')}`);
    if (names.length === 1) return addresses;
  } else if (names.includes('payment') && hasSimulators(config)) {
    settings = atSimulatorUnit(settings);
  }
  const ports = names.filter((name) => name !== 'payment-simulators').map(portOf);
  const startupServers = lifetime.keep(new StartupServers({ host: config.host, ports, log: logOf(config) }));
  const wait = () => waitForServers(settings, names, startupServers);
  await wait();
  const platform = await openPlatform(settings);
  lifetime.keep({ stop: platform.close });

  const subgraphs: RunningSubgraph[] = [];
  for (const name of SUBGRAPH_NAMES.filter((subgraph) => names.includes(subgraph))) {
    const subgraph = lifetime.keep(
      await persistently(() => SUBGRAPH_STARTERS[name](platform), wait, platform.log),
    );
    await startupServers.leave(portOf(name));
    const { port } = await serve(subgraph, portOf(name), platform, lifetime);
    subgraphs.push(subgraph);
    if (name === 'customer') await announceFirstAdmin(settings);
    addresses.push(`http://localhost:${port}/graphql`);
  }
  if (names.includes('ingest')) {
    const { startIngest } = await import('../subgraphs/stock/ingest/index.js');
    const ingest = lifetime.keep(await startIngest(platform));
    await startupServers.leave(portOf('ingest'));
    const { port } = await serveHealth(ingest.ready, portOf('ingest'), platform, lifetime);
    addresses.push(ingest.mqttUrl);
    if (ingest.mqttTlsUrl !== null && ingest.mqttTlsUrl !== ingest.mqttUrl) addresses.push(ingest.mqttTlsUrl);
    addresses.push(`http://localhost:${port}/health/ready`);
  }
  if (names.includes('gateway')) {
    await startupServers.leave(portOf('gateway'));
    const kedai = { names: SUBGRAPH_NAMES, local: subgraphs, demo: demoAccounts(config) };
    const { gatewayOptions, startGateway } = await loadGateway();
    const options = await gatewayOptions(settings, platform.log, kedai, platform);
    const { port } = lifetime.keep(await startGateway(options));
    addresses.push(`http://localhost:${port}/graphql`, `ws://localhost:${port}/graphql`);
  }
  return addresses;
}

/** Loaded where it is started, as every unit. */
async function loadGateway() {
  const [{ gatewayOptions }, { startGateway }] = await Promise.all([
    import('../gateway/configuration.js'),
    import('../gateway/index.js'),
  ]);
  return { gatewayOptions, startGateway };
}

async function announceFirstAdmin(config: Config): Promise<void> {
  const { makeFirstAdmin } = await import('./first-admin.js');
  const words = await makeFirstAdmin(config);
  if (words !== null) process.stdout.write(`${words}\n`);
}

/** From then on the startup servers answer on the units' ports. */
async function waitForServers(
  config: Config,
  names: readonly UnitName[],
  startupServers: StartupServers,
): Promise<void> {
  await awaitServers(neededServers(config, names), {
    log: logOf(config),
    onAway: () => startupServers.open(),
    ending: startupServers.ending,
  });
}

/** A database may go away again while a unit starts. */
async function persistently<Started>(
  begin: () => Promise<Started>,
  wait: () => Promise<void>,
  log: Log,
): Promise<Started> {
  for (;;) {
    try {
      return await begin();
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
      log.warn({ error: String(error) }, 'the start will be tried again');
    }
    await sleep(RETRY_MILLISECONDS);
    await wait();
  }
}

async function serve(subgraph: RunningSubgraph, port: number, platform: Platform, lifetime: Lifetime) {
  const { config, log } = platform;
  const secret = config.required('SUBGRAPH_SECRET', 'the secret shared by the gateway and the subgraphs');
  return lifetime.keep(
    await serveSubgraph(subgraph, {
      ...{ host: config.host, port, tokens: subgraphTokens(secret), log },
      servesMetrics: config.environment.METRICS_PORT === undefined,
    }),
  );
}

async function serveHealth(ready: () => Promise<void>, port: number, platform: Platform, lifetime: Lifetime) {
  const { config, log } = platform;
  const servesMetrics = config.environment.METRICS_PORT === undefined;
  return lifetime.keep(
    await startHttpServer({ host: config.host, port, routes: [], ready, servesMetrics, log }),
  );
}

/** Health on the unit's port, Midtrans on the next, Xendit on the one after. */
async function startSimulatorUnit(config: Config, port: number, lifetime: Lifetime): Promise<Config> {
  const callbackOrigin = config.value('CALLBACK_ORIGIN') ?? `http://localhost:${UNIT_PORTS.gateway}`;
  const places = { host: config.host, midtransPort: port + 1, xenditPort: port + 2, callbackOrigin };
  const simulated = await startSimulators(config, places, lifetime);
  lifetime.keep(
    await startHttpServer({
      host: config.host,
      port,
      routes: [],
      ready: async () => undefined,
      log: logOf(config),
    }),
  );
  return simulated;
}

/** By default payments go to the simulators' own unit. */
function atSimulatorUnit(config: Config): Config {
  const port = UNIT_PORTS['payment-simulators'];
  return config.with({
    MIDTRANS_BASE_URL: config.value('MIDTRANS_BASE_URL') ?? `http://localhost:${port + 1}`,
    XENDIT_BASE_URL: config.value('XENDIT_BASE_URL') ?? `http://localhost:${port + 2}`,
  });
}

function logOf({ environment }: Config): Log {
  return createLog(environment.LOG_LEVEL);
}

function readNames(): UnitName[] {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h', default: false } },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  const unknown = positionals.filter((name) => !isUnitName(name));
  if (unknown.length > 0) throw new ConfigurationError(`No unit is called ${unknown.join(', ')}.\n\n${HELP}`);
  if (positionals.length === 0) throw new ConfigurationError(`Name the units to start.\n\n${HELP}`);
  return positionals.filter(isUnitName);
}

runUntilSignal(start);
