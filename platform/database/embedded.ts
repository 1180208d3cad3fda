/**
 * The embedded PostgreSQL: a real server of Kedai's own, for machines that have none.
 *
 * Its data, its generated password and its log are in one folder that the caller names. It listens on 127.0.0.1 alone,
 * survives a Ctrl-C until `stop()` is called, and belongs to one Kedai at a time: a server left behind by a killed Kedai is
 * restarted; one that a running Kedai uses is not touched, and a clear error says so.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ConfigurationError } from '../config.js';
import { ADVISORY_LOCKS } from '../sql/advisory-locks.js';
import { serverAccount, serverPrograms } from './embedded-binaries.js';
import {
  type Cluster,
  connect,
  createCluster,
  freePort,
  isAlive,
  readPidFile,
  serverUrl,
  spawnServer,
  stopServer,
} from './embedded-server.js';

export interface EmbeddedPostgresOptions {
  /** The folder of data, password and log; created where missing. */
  readonly folder: string;
  /** Default: a free port. */
  readonly port?: number;
  /** `false` trades the safety of what is committed for speed: for tests. Default: `true`. */
  readonly durable?: boolean;
}

export interface EmbeddedPostgres {
  /** The administrator's connection string, to the database `postgres`. */
  readonly url: string;
  /** Stops the server, after everything that uses it; idempotent. */
  stop(): Promise<void>;
}

/** How long a server may take over recovery after a crash before that counts as a failure. */
const START_LIMIT_MS = 120_000;

/** How long a server may take to notice that its killed owner's connection is gone. */
const OWNER_GRACE_MS = 2_000;

/** How long a pid file's port may not answer before the file counts as left over from a crash. */
const STALE_AFTER_MS = 1_000;

export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const cluster = await clusterIn(folder);
  if (existsSync(cluster.folder)) await endFormerServer(cluster, await readPassword(folder));
  else await initialise(folder, cluster);

  const password = await readPassword(folder);
  const { url, owner } = await launch(folder, cluster, password, options);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await owner.end();
    await stopServer(cluster);
  };
  return {
    url,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Removes the folder and its content, unless a running Kedai uses it. */
export async function removeEmbeddedPostgres(folder: string): Promise<void> {
  const cluster = await clusterIn(resolve(folder));
  if (existsSync(cluster.folder)) await endFormerServer(cluster, await readPassword(resolve(folder)));
  await rm(folder, { recursive: true, force: true });
}

/** The administrator's connection string to the server that another process runs in the folder; undefined where none runs. */
export async function runningEmbeddedPostgres(folder: string): Promise<string | undefined> {
  const server = await readPidFile(join(resolve(folder), 'cluster'));
  if (server === undefined || !isAlive(server.pid)) return undefined;
  return serverUrl(server.port, await readPassword(resolve(folder)));
}

async function clusterIn(folder: string): Promise<Cluster> {
  const cluster = join(folder, 'cluster');
  const account = await serverAccount(cluster);
  return { folder: cluster, programs: await serverPrograms(account), account };
}

/** Creates the cluster under another name and renames it, so that an interruption leaves none or a complete one. */
async function initialise(folder: string, cluster: Cluster): Promise<void> {
  for (const entry of await readdir(folder)) {
    if (entry.startsWith('draft-')) await rm(join(folder, entry), { recursive: true, force: true });
  }
  const passwordFile = join(folder, 'password');
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  const draft = join(folder, `draft-${randomBytes(4).toString('hex')}`);
  await createCluster({ ...cluster, folder: draft }, passwordFile);
  await rename(draft, cluster.folder);
}

async function readPassword(folder: string): Promise<string> {
  try {
    return (await readFile(join(folder, 'password'), 'utf8')).trim();
  } catch (error) {
    throw new Error(`The password of the embedded PostgreSQL cannot be read: ${String(error)}`);
  }
}

/** Stops a server that lost its Kedai; clears a pid file that lost its server. */
async function endFormerServer(cluster: Cluster, password: string): Promise<void> {
  let silentSince = Date.now();
  let ownedSince: number | undefined;
  const limit = Date.now() + START_LIMIT_MS;
  while (Date.now() < limit) {
    const former = await readPidFile(cluster.folder);
    if (former === undefined || !isAlive(former.pid)) return;
    const answer = await connect(serverUrl(former.port, password)).catch(errorCode);
    if (answer instanceof pg.Client) {
      const isOwned = !(await takeOwnership(answer));
      await answer.end();
      if (!isOwned) return await stopServer(cluster);
      ownedSince ??= Date.now();
      if (Date.now() - ownedSince < OWNER_GRACE_MS) {
        await sleep(100);
        continue;
      }
      throw new ConfigurationError(
        `The data folder ${cluster.folder} is in use by another Kedai. Stop that one, or set DATA_DIR to another folder.`,
      );
    }
    if (answer === SERVER_NOT_READY) silentSince = Date.now();
    if (Date.now() - silentSince > STALE_AFTER_MS) {
      // The number is some other process's by now. Should it be a server after all, PostgreSQL itself still
      // refuses to start a second one on the same shared memory.
      return await rm(join(cluster.folder, 'postmaster.pid'), { force: true });
    }
    await sleep(100);
  }
  throw new Error(`A PostgreSQL left behind in ${cluster.folder} neither answers nor ends.`);
}

/** PostgreSQL's `cannot_connect_now`: it is starting, recovering or ending. */
const SERVER_NOT_READY = '57P03';

async function launch(
  folder: string,
  cluster: Cluster,
  password: string,
  { port, durable = true }: EmbeddedPostgresOptions,
): Promise<{ url: string; owner: pg.Client }> {
  const logFile = join(folder, 'server.log');
  await rename(logFile, join(folder, 'server.previous.log')).catch(() => undefined);
  const limit = Date.now() + START_LIMIT_MS;
  for (;;) {
    const chosen = port ?? (await freePort());
    const log = await open(logFile, 'w', 0o600);
    const server = spawnServer(cluster, { port: chosen, durable, log: log.fd });
    await log.close();
    const url = serverUrl(chosen, password);
    const owner = await untilReady(server, url, limit);
    if (owner) {
      if (await takeOwnership(owner)) return { url, owner };
      await owner.end();
      throw new Error(`The data folder ${folder} was taken by another Kedai just now.`);
    }
    const words = await readFile(logFile, 'utf8');
    const portTaken = /could not bind|address already in use/i.test(words);
    const ending = /shared memory block .* is still in use|lock file .* already exists/i.test(words);
    if (portTaken && port !== undefined) {
      throw new Error(`Port ${port} is busy, so the embedded PostgreSQL cannot listen there.`);
    }
    if (!(portTaken || ending) || Date.now() > limit) {
      throw new Error(`The embedded PostgreSQL did not start. It said:\n${words.trim()}`);
    }
    await sleep(200);
  }
}

/** A connection to the server once it accepts them; undefined where it ended instead. */
async function untilReady(server: ChildProcess, url: string, limit: number): Promise<pg.Client | undefined> {
  let failure: Error | undefined;
  let ended = false;
  const end = new Promise<undefined>((resolve) => {
    server.once('error', (error) => {
      failure = error;
      resolve(undefined);
    });
    server.once('exit', () => resolve(undefined));
  }).finally(() => {
    ended = true;
  });
  while (!ended) {
    try {
      const client = await Promise.race([connect(url), end]);
      if (client) return client;
    } catch (error) {
      if (Date.now() > limit) throw error;
      await sleep(25);
    }
  }
  if (failure) throw failure;
  return undefined;
}

async function takeOwnership(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
    ADVISORY_LOCKS.embeddedServer,
  ]);
  return rows[0]?.taken === true;
}

/** The code that Node or PostgreSQL gave an error. */
function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
