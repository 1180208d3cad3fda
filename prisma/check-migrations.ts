/**
 * Part of `npm run check`: the committed migrations of every subgraph must lead to its `schema.prisma`, leave every table
 * behind the wall of row-level security, and begin with those that are released. They are applied to a temporary embedded PostgreSQL.
 * Names of subgraphs as arguments: of these alone.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../platform/database/embedded.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../subgraphs/names.js';
import { createDatabase } from './create-database.js';
import { migrate } from './migrate.js';
import { readMigrationFiles } from './migration-files.js';
import { migrationScript } from './migration-script.js';
import { readReleasedMigrations, releaseFaults } from './released-migrations.js';
import { wallFaults } from './walls.js';

const named = process.argv.slice(2);
const unknown = named.filter((name) => !SUBGRAPH_NAMES.some((known) => known === name));
if (unknown.length > 0) throw new Error(`No subgraph is called ${unknown.join(', ')}`);
const released = await readReleasedMigrations();
const folder = await mkdtemp(join(tmpdir(), 'kedai-check-'));
const server = await startEmbeddedPostgres({ folder, durable: false });
try {
  for (const name of SUBGRAPH_NAMES.filter((one) => named.length === 0 || named.includes(one))) {
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    await createDatabase(url.href);
    await checkWalls(server.url, name);
    const files = await readMigrationFiles(join(PROJECT_FOLDER, 'prisma', name));
    for (const fault of releaseFaults(released, name, files)) {
      process.exitCode = 1;
      console.error(fault);
    }
    const missing = await migrationScript(url.href, files);
    if (missing === undefined) continue;
    process.exitCode = 1;
    console.error(
      `prisma/${name}/schema.prisma has what its migrations lack: npm run migration -- ${name} <what>`,
    );
    console.error(missing);
  }
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

async function checkWalls(serverUrl: string, name: SubgraphName): Promise<void> {
  const url = new URL(serverUrl);
  url.pathname = `/${name}_walls`;
  await migrate({ urls: { [name]: url.href } });
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    for (const fault of await wallFaults(client, name)) {
      process.exitCode = 1;
      console.error(fault);
    }
  } finally {
    await client.end();
  }
}
