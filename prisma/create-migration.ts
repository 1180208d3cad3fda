/**
 * `npm run migration -- <subgraph> <what>`: writes the migration from the committed ones to the current
 * `prisma/<subgraph>/schema.prisma`, as Prisma's own `migrate dev --create-only` would. The difference is computed on a
 * temporary embedded PostgreSQL; no other database is touched.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { startEmbeddedPostgres } from '../platform/database/embedded.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { readMigrationFiles } from './migration-files.js';
import { migrationScript } from './migration-script.js';

async function createMigration(subgraph: string, what: string): Promise<string | undefined> {
  const folder = join(PROJECT_FOLDER, 'prisma', subgraph);
  const files = await readMigrationFiles(folder);
  const scratch = await mkdtemp(join(tmpdir(), 'kedai-migration-'));
  const server = await startEmbeddedPostgres({ folder: scratch, durable: false });
  try {
    const script = await migrationScript(server.url, files);
    if (script === undefined) return undefined;
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const target = join(folder, 'migrations', `${stamp}_${what}`);
    await mkdir(target, { recursive: true });
    await writeFile(join(folder, 'migrations', 'migration_lock.toml'), 'provider = "postgresql"\n');
    await writeFile(join(target, 'migration.sql'), script);
    return join(target, 'migration.sql');
  } finally {
    await server.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

const [subgraph = '', ...words] = process.argv.slice(2);
const what = words.join('_').toLowerCase().replace(/\W+/g, '_');
if (!SUBGRAPH_NAMES.some((name) => name === subgraph) || what === '') {
  console.error(`Usage: npm run migration -- <${SUBGRAPH_NAMES.join('|')}> <what it does>`);
  process.exitCode = 1;
} else {
  const written = await createMigration(subgraph, what);
  console.log(written ? `Wrote ${relative(process.cwd(), written)}` : 'The schema has not changed.');
}
