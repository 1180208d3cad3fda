import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from './embedded.js';

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The server's process number, from the file PostgreSQL itself keeps. */
async function serverPid(folder: string): Promise<number> {
  return Number((await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

describe('an embedded PostgreSQL that runs', () => {
  let server: EmbeddedPostgres;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-embedded-'));
    server = await startEmbeddedPostgres({ folder });
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is PostgreSQL 18, listens on the loopback address alone and requires its password', async () => {
    const { url } = server;
    expect(await query(url, 'SHOW server_version')).toEqual([
      { server_version: expect.stringMatching(/^18\./) },
    ]);
    expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    const stranger = new URL(url);
    stranger.password = 'guess';
    await expect(query(stranger.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('lets its owner alone read its password', async () => {
    const { mode, uid } = await stat(join(folder, 'password'));
    expect({ mode: mode & 0o777, uid }).toEqual({ mode: 0o600, uid: process.getuid?.() });
  });

  it('commits durably unless configured otherwise', async () => {
    expect(await query(server.url, 'SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    expect(await query(server.url, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  it('has a process group of its own, so a Ctrl-C in the terminal does not reach it', async () => {
    const pid = await serverPid(folder);
    expect(() => process.kill(-pid, 0)).not.toThrow();
  });

  it('refuses a folder that a running Kedai uses, and does not disturb it', async () => {
    const { url } = server;
    await expect(startEmbeddedPostgres({ folder })).rejects.toThrow(/in use by another Kedai/);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('an embedded PostgreSQL that is started again', () => {
  let folder: string;
  const running: EmbeddedPostgres[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kedai-embedded-'));
  });

  afterEach(async () => {
    for (const server of running.splice(0)) await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function start(durable = false): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ folder, durable });
    running.push(server);
    return server;
  }

  /** A Kedai that starts the server and is then killed without a chance to stop it. */
  async function startAndKill(): Promise<void> {
    const script = `
      import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)};
      await startEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, durable: false });
      console.log('started');
    `;
    const args = ['--import', new URL('../../tests/support/run-typescript.mjs', import.meta.url).href];
    const child = spawn(process.execPath, [...args, '--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('has the data of the last run after a restart', async () => {
    const first = await start();
    await query(first.url, "CREATE TABLE note AS SELECT 'kept' AS text");
    await first.stop();
    const second = await start();
    expect(await query(second.url, 'SELECT text FROM note')).toEqual([{ text: 'kept' }]);
  });

  it('takes over from a Kedai that was killed', async () => {
    await startAndKill();
    const orphan = await serverPid(folder);
    const { url } = await start();
    expect(await serverPid(folder)).not.toBe(orphan);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('recovers when the server itself was killed too', async () => {
    const { url } = await start(true);
    await query(url, "CREATE TABLE note AS SELECT 'kept' AS text");
    process.kill(await serverPid(folder), 'SIGKILL');
    await running.pop()?.stop();
    const next = await start();
    expect(await query(next.url, 'SELECT text FROM note')).toEqual([{ text: 'kept' }]);
  });

  it('removes a pid file whose process id belongs to another process now', async () => {
    const first = await start();
    const { port } = new URL(first.url);
    await first.stop();
    const lines = [process.pid, join(folder, 'cluster'), 0, port, '', '127.0.0.1', '', 'ready', ''];
    await writeFile(join(folder, 'cluster', 'postmaster.pid'), lines.join('\n'));
    const { url } = await start();
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is removed with its data after a Kedai that was killed, and never under a running one', async () => {
    await startAndKill();
    await removeEmbeddedPostgres(folder);
    expect(existsSync(folder)).toBe(false);

    const { url } = await start();
    await expect(removeEmbeddedPostgres(folder)).rejects.toThrow(/in use by another Kedai/);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('names the configured port that is busy', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await expect(startEmbeddedPostgres({ folder, port })).rejects.toThrow(`Port ${port} is busy`);
    other.close();
  });
});
