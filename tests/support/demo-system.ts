/**
 * The demo chain in one process, as `npm start` runs it, without a past. Its data folder is a copy of one that is made once per test
 * run: to create, migrate and seed a cluster takes longer than the start after it. The copy's cluster trades safety for speed.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { inject } from 'vitest';
import { startEmbeddedPostgres } from '../../platform/database/embedded.js';
import { startWholeSystem, type WholeSystem } from './whole-system.js';

const run = promisify(execFile);

/** @param settings on top of free ports. @param folder an empty one that stays; otherwise a new one, removed at the end. */
export async function startDemoSystem(
  settings: NodeJS.ProcessEnv = {},
  folder?: string,
): Promise<WholeSystem> {
  const template = await ensureTemplate();
  const data = folder ?? (await mkdtemp(join(tmpdir(), 'kedai-system-')));
  // With owners: a server that may not run as root has the cluster to itself.
  await run('cp', ['-a', `${template}/.`, data]);
  const system = await startWholeSystem(settings, data);
  return {
    ...system,
    async stop() {
      const code = await system.stop();
      if (folder === undefined) await rm(data, { recursive: true, force: true });
      return code;
    },
  };
}

/** Stories run at once, so the first one makes the template while the others wait. */
async function ensureTemplate(): Promise<string> {
  const template = join(inject('runFolder'), 'demo');
  const client = new pg.Client({ connectionString: inject('postgresUrl') });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext('demo system'))`);
    if (existsSync(template)) return template;
    const draft = `${template}.draft`;
    const system = await startWholeSystem({}, draft);
    await system.stop();
    await hasten(join(draft, 'postgres'));
    await rename(draft, template);
    return template;
  } finally {
    await client.end();
  }
}

async function hasten(folder: string): Promise<void> {
  const server = await startEmbeddedPostgres({ folder, durable: false });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum'])
    await client.query(`ALTER SYSTEM SET ${setting} = off`);
  await client.end();
  await server.stop();
}
