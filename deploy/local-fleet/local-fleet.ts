/**
 * The fleet of docker-compose.yml with the demo chain, as processes of this machine: its commands, settings, mounts, health checks, restart
 * policies and start order, with local servers in place of the images and free ports in place of the services' names.
 * Where the machine has no Redis or no mosquitto, the fleet does without, as its settings allow.
 */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import type { SubgraphName } from '../../subgraphs/names.js';
import { makeFleetSecrets } from '../fleet-secrets.js';
import { readComposeFile, type Service, serviceNames } from './compose-file.js';
import { type FleetServers, startFleetServers } from './fleet-servers.js';
import { stablePort } from './stable-port.js';
import { type UnexpectedEnd, UnitProcess } from './unit-process.js';

export interface LocalFleetOptions {
  /** On top of what the file sets, by service. */
  readonly settings?: Readonly<Record<string, NodeJS.ProcessEnv>>;
  /** Whether commits must survive a crash of PostgreSQL. Default: `false`, which is faster. */
  readonly durable?: boolean;
  /** The checkout whose units are started, installed and built: those of this one's file that its own has, too. Default: this one. */
  readonly project?: string;
  /** Called with each unit before it is started. */
  whileStarting?(name: string, unit: UnitProcess): void;
}

export interface LocalFleet {
  readonly url: string;
  readonly mqttUrl: string;
  readonly servers: FleetServers;
  /** By service name. */
  readonly units: ReadonlyMap<string, UnitProcess>;
  /** The units' files: `logs/`, and a folder for each that has data of its own. */
  readonly folder: string;
  databaseUrl(subgraph: SubgraphName): string;
  /** A second process of a unit beside the first, on another port; resolves when it is healthy. Not started again. */
  startTwin(name: string, settings?: NodeJS.ProcessEnv): Promise<UnitProcess>;
  /**
   * Moves every unit to this checkout, while the others serve: those that migrate first, then those that the older release lacks are
   * started, then the rest one after the other.
   */
  upgrade(): Promise<void>;
  unexpectedEnds(): readonly UnexpectedEnd[];
  /** Stops every unit, the last started first, and returns their exit codes by service name. */
  stop(options?: { keepFolder?: boolean }): Promise<ReadonlyMap<string, number | null>>;
}

const SERVERS = ['postgres', 'redis', 'mosquitto'];
/** A unit may use the ports after its own. */
const PORTS_A_UNIT = 3;

export async function startLocalFleet({
  settings = {},
  durable = false,
  project = PROJECT_FOLDER,
  whileStarting,
}: LocalFleetOptions = {}): Promise<LocalFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-fleet-'));
  await mkdir(join(folder, 'logs'));
  await makeFleetSecrets(folder, { demo: true });
  const variables = parseEnv(await readFile(join(folder, '.env'), 'utf8'));
  const services = await readComposeFile(variables);
  let names = await serviceNames(project);

  const servers = await startFleetServers({
    folder,
    durable,
    redisCommand: services.get('redis')?.command ?? [],
    mqttPassword: variables.MQTT_PASSWORD ?? '',
  });
  const { postgres, redis, mosquitto } = servers;
  const addresses = new Map([
    [`kedai:${variables.POSTGRES_PASSWORD}@postgres:5432`, withoutScheme(postgres.url)],
    ...(redis ? [['redis:6379', `127.0.0.1:${redis.port}`] as const] : []),
    ...(mosquitto ? [['mosquitto:1883', `127.0.0.1:${mosquitto.port}`] as const] : []),
    ...(await unitAddresses(services)),
  ]);
  const mqttPort = mosquitto?.port ?? (await stablePort());
  const lacking = [...(redis ? [] : ['REDIS_URL']), ...(mosquitto ? [] : ['MQTT_URL'])];

  let current = project;
  const units = new Map<string, UnitProcess>();
  const twins: UnitProcess[] = [];
  const starts = new Map<string, Promise<void>>();
  async function start(name: string): Promise<void> {
    if (!names.has(name)) return;
    const started = starts.get(name) ?? startAfterItsNeeds(name);
    starts.set(name, started);
    return started;
  }

  async function startAfterItsNeeds(name: string): Promise<void> {
    const service = services.get(name);
    if (service === undefined || SERVERS.includes(name)) return;
    await Promise.all(Object.keys(service.depends_on).map(start));
    const unit = unitOf(name, service);
    units.set(name, unit);
    whileStarting?.(name, unit);
    await unit.start();
  }

  function unitOf(name: string, service: Service, more: NodeJS.ProcessEnv = {}): UnitProcess {
    const environment = {
      ...localEnvironment(name, service, addresses, folder),
      MQTT_PORT: String(mqttPort),
      ...settings[name],
      ...more,
    };
    return new UnitProcess({
      name,
      // Earlier releases, from which a fleet is upgraded, seed the demo by the flag alone.
      command: name === 'migrate' ? [...service.command, '--demo'] : service.command,
      environment: Object.fromEntries(Object.entries(environment).filter(([key]) => !lacking.includes(key))),
      healthCheck: service.healthcheck?.test.slice(1),
      isRestarted: service.restart === 'unless-stopped' && more.PORT === undefined,
      logFile: join(folder, 'logs', `${name}.log`),
      project: current,
    });
  }

  async function startTwin(name: string, more: NodeJS.ProcessEnv = {}): Promise<UnitProcess> {
    const service = services.get(name);
    if (service === undefined) throw new Error(`The fleet has no ${name}.`);
    const twin = unitOf(name, service, { ...more, PORT: String(await stablePort(PORTS_A_UNIT)) });
    twins.push(twin);
    await twin.start();
    return twin;
  }

  async function stop({ keepFolder = false } = {}): Promise<ReadonlyMap<string, number | null>> {
    const exitCodes = new Map<string, number | null>();
    for (const twin of twins) await twin.stop();
    for (const [name, unit] of [...units].reverse()) exitCodes.set(name, await unit.stop());
    await servers.stop();
    if (!keepFolder) await rm(folder, { recursive: true, force: true });
    return exitCodes;
  }

  try {
    await Promise.all([...services.keys()].map(start));
  } catch (error) {
    await Promise.allSettled(starts.values());
    await stop();
    throw error;
  }
  return {
    url: `http://${addresses.get('gateway:4000')}/graphql`,
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    servers,
    units,
    folder,
    databaseUrl(subgraph) {
      const url = new URL(postgres.url);
      url.pathname = `/kedai_${subgraph}`;
      return url.href;
    },
    startTwin,
    async upgrade() {
      current = PROJECT_FOLDER;
      names = await serviceNames(current);
      const older = [...units.values()];
      for (const unit of older.filter(({ isLasting }) => !isLasting)) await unit.upgradeTo(current);
      await Promise.all([...services.keys()].map(start));
      for (const unit of older.filter(({ isLasting }) => isLasting)) await unit.upgradeTo(current);
    },
    unexpectedEnds: () => [...units.values()].flatMap(({ unexpectedEnds }) => unexpectedEnds),
    stop,
  };
}

function withoutScheme(url: string): string {
  const { username, password, host } = new URL(url);
  return `${username}:${password}@${host}`;
}

/** Every port that a unit has in the file, and the free one it has here. */
async function unitAddresses(services: ReadonlyMap<string, Service>): Promise<[string, string][]> {
  const addresses: [string, string][] = [];
  for (const [name, { environment }] of services) {
    const port = Number(environment.PORT);
    if (Number.isNaN(port)) continue;
    const local = await stablePort(PORTS_A_UNIT);
    for (let offset = 0; offset < PORTS_A_UNIT; offset += 1)
      addresses.push([`${name}:${port + offset}`, `127.0.0.1:${local + offset}`]);
  }
  return addresses;
}

function localEnvironment(
  name: string,
  service: Service,
  addresses: ReadonlyMap<string, string>,
  folder: string,
): NodeJS.ProcessEnv {
  const mounts = service.volumes.map((volume) => volume.split(':'));
  const settings = Object.entries(service.environment).map(([setting, value]) => {
    if (setting === 'PORT') return [setting, addresses.get(`${name}:${value}`)?.split(':')[1]];
    if (setting === 'DATA_DIR') return [setting, join(folder, name)];
    let local = value;
    for (const [there, here] of addresses) local = local.replace(new RegExp(`(?<=[/@])${there}`, 'g'), here);
    for (const [source = '', target = ''] of mounts) local = local.replace(target, join(folder, source));
    return [setting, local];
  });
  return { PATH: process.env.PATH, HOST: '127.0.0.1', ...Object.fromEntries(settings) };
}
