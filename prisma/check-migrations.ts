/**
 * Part of `npm run check`: the committed migrations of every subgraph must lead to its `schema.prisma`. They are replayed
 * on a temporary embedded PostgreSQL.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../platform/database/embedded.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { createDatabaseIfMissing } from './create-database.js';
import { readMigrationFiles } from './migration-files.js';
import { migrationScript } from './migration-script.js';

const folder = await mkdtemp(join(tmpdir(), 'kedai-check-'));
const server = await startEmbeddedPostgres({ folder, durable: false });
try {
  for (const name of SUBGRAPH_NAMES) {
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    await createDatabaseIfMissing(url.href);
    const missing = await migrationScript(
      url.href,
      await readMigrationFiles(join(PROJECT_FOLDER, 'prisma', name)),
    );
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
