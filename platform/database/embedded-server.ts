/**
 * The processes of one embedded PostgreSQL cluster: creates it, starts, queries and stops it.
 *
 * The server has a process group of its own, so a Ctrl-C meant for Kedai does not reach it. Under root the programs run as
 * another account that may be unable to traverse the path to the cluster; they are therefore started inside it with a
 * relative path, which needs no permission on the folders above.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chown, mkdir, open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import type { ServerAccount } from './embedded-binaries.js';

const ADMINISTRATOR = 'kedai';

/** One cluster: its folder, the programs that run it and the account they run under. */
export interface Cluster {
  readonly folder: string;
  readonly programs: string;
  readonly account: ServerAccount;
}

/** A running (or crashed) server's own entry in its pid file. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
}

const ALWAYS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '400',
  shared_buffers: '128MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // The server's log is for the server's own troubles; a refused statement is its client's to report.
  log_min_messages: 'log',
  // No replicas follow an embedded server.
  wal_level: 'minimal',
  max_wal_senders: '0',
  random_page_cost: '1.1',
  jit: 'off',
  // After a crash thousands of small files are synchronized by one call, and not one by one; Linux alone has it.
  ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
};

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export async function createCluster(cluster: Cluster, passwordFile: string): Promise<void> {
  await mkdir(cluster.folder, { mode: 0o700 });
  if (cluster.account) {
    await chown(cluster.folder, cluster.account.uid, cluster.account.gid);
    await chown(passwordFile, cluster.account.uid, cluster.account.gid);
  }
  const password = await open(passwordFile);
  try {
    const { code, output } = await run(
      cluster,
      'initdb',
      [
        `--username=${ADMINISTRATOR}`,
        // Passed as an open file, for the same reason as the folder.
        process.platform === 'win32' ? `--pwfile=${passwordFile}` : '--pwfile=/dev/fd/3',
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
        '--no-sync',
      ],
      password.fd,
    );
    if (code !== 0) throw new Error(`The embedded PostgreSQL could not be created: ${output.trim()}`);
  } finally {
    await password.close();
    if (cluster.account) await chown(passwordFile, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  }
}

/** Starts the server on a port, detached; its output goes to the log file. */
export function spawnServer(
  cluster: Cluster,
  options: { port: number; durable: boolean; log: number },
): ChildProcess {
  const settings = { ...ALWAYS, port: String(options.port), ...(options.durable ? {} : NOT_DURABLE) };
  const child = spawn(
    join(cluster.programs, 'postgres'),
    [
      '-D',
      folderFor(cluster),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    {
      cwd: cluster.folder,
      env: environment(),
      detached: true,
      windowsHide: true,
      stdio: ['ignore', options.log, options.log],
      ...cluster.account,
    },
  );
  child.unref();
  return child;
}

/** Stops the server: its clients are cut off, and every commit is on disk when this resolves. */
export async function stopServer(cluster: Cluster): Promise<void> {
  const { code, output } = await run(cluster, 'pg_ctl', ['stop', '--mode=fast', '--wait', '--timeout=60']);
  if (code === 0) return;
  const left = await readPidFile(cluster.folder);
  if (left !== undefined && isAlive(left.pid)) {
    throw new Error(`The embedded PostgreSQL did not stop: ${output.trim()}`);
  }
}

export async function readPidFile(folder: string): Promise<RunningServer | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , port] = text.split('\n');
  return Number(pid) > 0 && Number(port) > 0 ? { pid: Number(pid), port: Number(port) } : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

export function serverUrl(port: number, password: string): string {
  return `postgresql://${ADMINISTRATOR}:${password}@127.0.0.1:${port}/postgres`;
}

export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A stopping server cuts its clients off; the owner of this client learns of it from the next query.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}

function folderFor(cluster: Cluster): string {
  return cluster.account && process.platform === 'linux' ? '/proc/self/cwd' : cluster.folder;
}

function environment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('PG') && !name.startsWith('LC_'),
  );
  return { ...Object.fromEntries(own), LC_ALL: 'C' };
}

async function run(cluster: Cluster, program: string, args: string[], file?: number) {
  const child = spawn(join(cluster.programs, program), [`--pgdata=${folderFor(cluster)}`, ...args], {
    cwd: cluster.folder,
    env: environment(),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'pipe', 'pipe', file ?? 'ignore'],
    ...cluster.account,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return { code, output };
}
