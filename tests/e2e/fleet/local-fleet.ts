/**
 * The fleet of docker-compose.yml as processes of this machine: its commands, settings, mounts, health checks and start
 * order, with local servers in place of the images and free ports in place of the services' names.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { makeFleetSecrets } from '../../../deploy/fleet-secrets.js';
import { startEmbeddedPostgres } from '../../../platform/database/embedded.js';
import { freePort } from '../../../platform/database/embedded-server.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { startFleetMosquitto } from '../../support/fleet-mosquitto.js';
import { startRedis } from '../../support/redis.js';
import { eventually } from '../../support/wait.js';
import { readComposeFile, type Service } from './compose-file.js';

export interface LocalFleet {
  readonly url: string;
  readonly mqttUrl: string;
  /** The units' processes by service name. */
  readonly processes: ReadonlyMap<string, ChildProcess>;
  /** Asks every unit to end, the last started first, and returns their exit codes by service name. */
  stop(): Promise<ReadonlyMap<string, number | null>>;
}

const SERVERS = ['postgres', 'redis', 'mosquitto'];

export async function startLocalFleet(): Promise<LocalFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-fleet-'));
  await makeFleetSecrets(folder);
  const variables = parseEnv(await readFile(join(folder, '.env'), 'utf8'));
  const services = await readComposeFile(variables);

  const postgres = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), durable: false });
  const redis = await startRedis();
  const mosquitto = await startFleetMosquitto({ username: 'kedai', password: variables.MQTT_PASSWORD ?? '' });
  const addresses = new Map([
    [`kedai:${variables.POSTGRES_PASSWORD}@postgres:5432`, withoutScheme(postgres.url)],
    ['redis:6379', `127.0.0.1:${redis.port}`],
    ['mosquitto:1883', `127.0.0.1:${mosquitto.port}`],
    ...(await unitAddresses(services)),
  ]);

  const processes = new Map<string, ChildProcess>();
  let output = '';
  const starts = new Map<string, Promise<void>>();
  function start(name: string): Promise<void> {
    const started = starts.get(name) ?? startAfterItsNeeds(name);
    starts.set(name, started);
    return started;
  }

  async function startAfterItsNeeds(name: string): Promise<void> {
    const service = services.get(name);
    if (service === undefined || SERVERS.includes(name)) return;
    await Promise.all(Object.keys(service.depends_on).map(start));
    const environment = localEnvironment(name, service, addresses, folder);
    const [program = '', ...words] = service.command ?? [];
    const child = spawn(program, words, {
      cwd: PROJECT_FOLDER,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (output += `${name}: ${chunk}`));
    processes.set(name, child);
    const { healthcheck } = service;
    if (healthcheck === undefined) {
      const [exitCode] = await once(child, 'exit');
      if (exitCode !== 0) throw new Error(`${name} ended with ${exitCode}:\n${output}`);
      return;
    }
    await eventually(() => {
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${output}`);
      return run(healthcheck.test.slice(1), environment);
    });
  }

  async function stop(): Promise<ReadonlyMap<string, number | null>> {
    const exitCodes = new Map<string, number | null>();
    for (const [name, child] of [...processes].reverse()) {
      if (child.exitCode === null) {
        const exited = once(child, 'exit');
        child.kill('SIGTERM');
        await exited;
      }
      exitCodes.set(name, child.exitCode);
    }
    await Promise.all([mosquitto.stop(), redis.stop(), postgres.stop()]);
    await rm(folder, { recursive: true, force: true });
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
    mqttUrl: `mqtt://${addresses.get('mosquitto:1883')}`,
    processes,
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
    const local = await freePort();
    for (const offset of [0, 1, 2])
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
    let local = value;
    for (const [there, here] of addresses) local = local.replace(new RegExp(`(?<=[/@])${there}`, 'g'), here);
    for (const [source = '', target = ''] of mounts) local = local.replace(target, join(folder, source));
    return [setting, local];
  });
  return { PATH: process.env.PATH, HOST: '127.0.0.1', ...Object.fromEntries(settings) };
}

async function run([program = '', ...words]: string[], env: NodeJS.ProcessEnv): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    execFile(program, words, { cwd: PROJECT_FOLDER, env }, (error) => (error ? reject(error) : resolve()));
  });
}
