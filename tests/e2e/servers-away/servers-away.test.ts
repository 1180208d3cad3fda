/** Units started while required servers are away, or refuse their credentials. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type LocalPostgres, startLocalPostgres } from '../../../deploy/local-fleet/postgres.js';
import { stablePort } from '../../../deploy/local-fleet/stable-port.js';
import { PROJECT_FOLDER } from '../../../platform/project-folder.js';
import { migrate } from '../../../prisma/migrate.js';
import { FrontEnd } from '../../support/front-end.js';
import { describeWithRedis, type RunningRedis, startRedis } from '../../support/redis.js';
import { eventually } from '../../support/wait.js';

interface Unit {
  readonly url: string;
  readonly process: ChildProcess;
  /** Its output, by line. */
  lines(): string[];
}

let folder: string;
let postgres: LocalPostgres;
const units: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-away-'));
  postgres = await startLocalPostgres({ folder: join(folder, 'postgres'), durable: true });
  await migrate({ urls: { order: databaseUrl('kedai_order'), platform: databaseUrl('kedai_platform') } });
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});
afterEach(() => {
  for (const unit of units.splice(0)) unit.kill('SIGKILL');
});

function databaseUrl(database: string, password?: string): string {
  const url = Object.assign(new URL(postgres.url), { pathname: `/${database}` });
  if (password !== undefined) url.password = password;
  return url.href;
}

async function start(name: string, settings: NodeJS.ProcessEnv): Promise<Unit> {
  const port = await stablePort();
  const words = ['--import', './tests/support/run-typescript.mjs', 'deploy/unit.ts', name];
  const child = spawn(process.execPath, words, {
    cwd: PROJECT_FOLDER,
    env: {
      PATH: process.env.PATH,
      DATA_DIR: join(folder, 'data'),
      PORT: String(port),
      DATABASE_URL: databaseUrl('postgres'),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  units.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  return {
    url: `http://127.0.0.1:${port}`,
    process: child,
    lines: () => output.split('\n').filter((line) => line !== ''),
  };
}

/** More than all connections of a unit make at a first attempt, and at a second. */
const REFUSALS = 60;

const statusOf = async ({ url }: Unit, path: string) => (await fetch(url + path)).status;
const waitsFor = (unit: Unit) =>
  unit.lines().flatMap((line) => /"msg":"waiting for ([^"]+)"/.exec(line)?.[1] ?? []);

const logged = (unit: Unit, message: RegExp) => unit.lines().filter((line) => message.test(line));

const loggedSchema = z.object({
  msg: z.string(),
  role: z.string().optional(),
  queue: z.string().optional(),
});

/** The connections to Redis whose outages were logged, one for each line, such as `queue producer`. */
function outagesIn(unit: Unit, prefix: '' | 'over: ' = ''): string[] {
  const pattern = new RegExp(`^${prefix}(\\w+): connections to Redis fail`);
  return logged(unit, /connections to Redis fail/)
    .map((line) => loggedSchema.parse(JSON.parse(line)))
    .flatMap(({ msg, role, queue }) => {
      const part = pattern.exec(msg)?.[1];
      return part === undefined ? [] : [[part, role, queue].filter((one) => one !== undefined).join(' ')];
    })
    .toSorted();
}

/** Refuses connections until every one of a unit has failed again and again. */
async function refuseOften(port: number): Promise<void> {
  let refusals = 0;
  const server = createServer((client) => {
    refusals += 1;
    client.on('error', () => undefined);
    client.resetAndDestroy();
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  await eventually(() => expect(refusals).toBeGreaterThan(REFUSALS));
  await once(server.close(), 'close');
}

async function exitCodeOf({ process: child }: Unit): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function stop(unit: Unit): Promise<number | null> {
  unit.process.kill('SIGTERM');
  return exitCodeOf(unit);
}

describeWithRedis('A unit that needs PostgreSQL and Redis', () => {
  let redis: RunningRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it('is alive and waits until both are available, and reports that once', async () => {
    await postgres.crash();
    await redis.kill();
    const order = await start('order', { REDIS_URL: redis.url });
    await eventually(async () => expect(await statusOf(order, '/health/live')).toBe(200));
    expect(await statusOf(order, '/health/ready')).toBe(503);
    expect(await statusOf(order, '/graphql')).toBe(503);
    redis = await startRedis({ port: redis.port });
    await eventually(() => expect(waitsFor(order).toSorted()).toEqual(['Redis', 'the database of order']));
    expect(await statusOf(order, '/health/ready')).toBe(503);
    await postgres.start();
    await eventually(async () => expect(await statusOf(order, '/health/ready')).toBe(200));
    expect(await statusOf(order, '/health/live')).toBe(200);
    expect(waitsFor(order)).toHaveLength(2);
    expect(await stop(order)).toBe(0);
  });

  it('reports an outage of Redis once when it begins and once when it is over, by connection', async () => {
    const order = await start('order', { REDIS_URL: redis.url });
    await eventually(async () => expect(await statusOf(order, '/health/ready')).toBe(200));
    await redis.kill();
    await refuseOften(redis.port);
    redis = await startRedis({ port: redis.port });
    await eventually(() => expect(outagesIn(order, 'over: ')).toEqual(outagesIn(order)));
    const outages = outagesIn(order);
    expect(outages).toEqual([...new Set(outages)]);
    for (const connection of [
      'bus publisher',
      'bus subscriber',
      'platform',
      'queue consumer',
      'queue producer',
    ])
      expect(outages).toContain(connection);
    expect(logged(order, /"msg":"queue: (?:producer|worker) error/)).toEqual([]);
    expect(await stop(order)).toBe(0);
  });

  it('shuts down cleanly while it waits', async () => {
    await redis.kill();
    const order = await start('order', { REDIS_URL: redis.url });
    await eventually(() => expect(waitsFor(order)).toEqual(['Redis']));
    expect(await stop(order)).toBe(0);
    redis = await startRedis({ port: redis.port });
  });

  it('starts over when PostgreSQL goes away during its start', async () => {
    let connections = 0;
    const { hostname, port } = new URL(postgres.url);
    const door = createServer((client) => {
      connections += 1;
      const server = connect(Number(port), hostname);
      for (const socket of [client, server]) socket.on('error', () => undefined);
      client.pipe(server).pipe(client);
      // The first connection is the probe.
      if (connections === 2) client.destroy();
    });
    await once(door.listen(0, '127.0.0.1'), 'listening');
    const address = door.address();
    const url = new URL(databaseUrl('kedai_order'));
    url.port = String(typeof address === 'object' && address ? address.port : 0);
    const order = await start('order', { REDIS_URL: redis.url, ORDER_DATABASE_URL: url.href });
    await eventually(async () => expect(await statusOf(order, '/health/ready')).toBe(200));
    expect(order.lines().filter((line) => line.includes('the start will be tried again'))).toHaveLength(1);
    expect(await stop(order)).toBe(0);
    door.close();
  });

  it('requires neither as a gateway, which serves at once', async () => {
    await redis.kill();
    const gateway = await start('gateway', { REDIS_URL: redis.url, DATABASE_URL: '' });
    await eventually(async () => expect(await statusOf(gateway, '/health/ready')).toBe(200));
    expect(await new FrontEnd(`${gateway.url}/graphql`).execute('{ __typename }')).toEqual({
      __typename: 'Query',
    });
    expect(await stop(gateway)).toBe(0);
    redis = await startRedis({ port: redis.port });
  });
});

describe('a unit whose credentials PostgreSQL refuses', () => {
  it.each([
    ['a wrong password', () => databaseUrl('kedai_order', 'wrong'), /password authentication failed/],
    [
      'a database that there is not',
      () => databaseUrl('nowhere'),
      /database "nowhere" does not exist\. `npm run migrate` makes it\./,
    ],
  ])('for %s ends at once and says so in a sentence', async (_why, url, words) => {
    const order = await start('order', { ORDER_DATABASE_URL: url() });
    expect(await exitCodeOf(order)).toBe(1);
    expect(order.lines()).toHaveLength(1);
    expect(order.lines()[0]).toMatch(words);
    expect(order.lines()[0]).toMatch(/^The database of order cannot be used \(ORDER_DATABASE_URL or/);
  });
});

describe('a unit whose REDIS_URL is the address of PostgreSQL', () => {
  it('says while it waits what it has found there', async () => {
    const { host } = new URL(databaseUrl('kedai_order'));
    const order = await start('order', { REDIS_URL: `redis://${host}` });
    await eventually(() =>
      expect(order.lines().join('\n')).toContain(
        `what listens at ${host} ends the connection without an answer: is it a Redis server (REDIS_URL)?`,
      ),
    );
    expect(await stop(order)).toBe(0);
  });
});
