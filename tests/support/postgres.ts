/** Vitest's global set-up: one embedded PostgreSQL for the whole run, gone when the run ends, however it ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { afterOurEnd } from '../../deploy/local-fleet/guard.js';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The administrator's connection string. */
    postgresUrl: string;
    /** What a run makes once for all its files; removed when the run ends. */
    runFolder: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-tests-'));
  const server = await startEmbeddedPostgres({ folder, durable: false });
  const callOff = afterOurEnd(CLEAN_UP, folder);
  await quieten(server.url);
  project.provide('postgresUrl', server.url);
  project.provide('runFolder', folder);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
    callOff();
  };
}

/** Its many small databases live for seconds: to visit each in the background costs more than it gives. */
async function quieten(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const setting of ['autovacuum = off', "bgwriter_delay = '10s'", "wal_writer_delay = '10s'"])
    await client.query(`ALTER SYSTEM SET ${setting}`);
  await client.query('SELECT pg_reload_conf()');
  await client.end();
}

/** Stops the server that has not been stopped, and removes its folder. */
const CLEAN_UP = `
  pid=$(head -n 1 "$0/cluster/postmaster.pid") && kill -INT "$pid"
  while kill -0 "$pid"; do sleep 0.1; done
  rm -rf "$0"
`;
