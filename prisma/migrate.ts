/**
 * Migrates every database to its committed migrations, creates those that are missing, and lets each subgraph's accounts connect.
 *
 * Concurrent processes are safe: each database is migrated by one of them while the others wait. An up-to-date database
 * costs one query. Prisma's `migrate deploy` can continue from the result.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { prepareAccounts } from '../platform/database/access-roles.js';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { ADVISORY_LOCKS } from '../platform/sql/advisory-locks.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../subgraphs/names.js';
import { createDatabase, isDatabaseMissing } from './create-database.js';
import { type MigrationFiles, migrationList, readMigrationFiles } from './migration-files.js';
import { NO_FILTER, withSchemaEngine } from './schema-engine.js';

/** The content of `platform` (queues and the like) migrates itself; its database is only created. */
export type DatabaseName = SubgraphName | 'platform';

export interface MigrateOptions {
  /** The databases to bring up to date, by name. */
  readonly urls: Partial<Record<DatabaseName, string>>;
  /** Called for each database that was changed. */
  readonly report?: (change: { database: DatabaseName; applied: readonly string[] }) => void;
  /** The folder of `<name>/schema.prisma` and `<name>/migrations/`. Default: the project's own. */
  readonly folder?: string;
}

const TURN_INTERVAL_MILLISECONDS = 100;

export async function migrate({
  urls,
  report,
  folder = join(PROJECT_FOLDER, 'prisma'),
}: MigrateOptions): Promise<void> {
  const wanted = [...SUBGRAPH_NAMES, 'platform' as const].flatMap((database) => {
    const url = urls[database];
    return url === undefined ? [] : [{ database, url }];
  });
  await createMissingDatabases(wanted);
  // Those under way are completed where one fails.
  const ends = await Promise.allSettled(
    wanted.map(({ database, url }) =>
      naming(database, async () => {
        if (database === 'platform') return;
        const applied = await applyMigrations(url, await readMigrationFiles(join(folder, database)));
        await prepareAccounts(database, url);
        if (applied.length > 0) report?.({ database, applied });
      }),
    ),
  );
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

async function createMissingDatabases(
  wanted: readonly { readonly database: DatabaseName; readonly url: string }[],
): Promise<void> {
  const missing = await Promise.all(
    wanted.map(({ database, url }) => naming(database, () => isDatabaseMissing(url))),
  );
  // One after the other: PostgreSQL copies one template for each.
  for (const [index, { database, url }] of wanted.entries())
    if (missing[index]) await naming(database, () => createDatabase(url));
}

async function naming<Result>(database: DatabaseName, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`The database of ${database} could not be migrated: ${wordsOf(error)}`, { cause: error });
  }
}

/** @returns the names of the migrations that were applied now. */
async function applyMigrations(url: string, files: MigrationFiles): Promise<readonly string[]> {
  if (files.migrations.length === 0) return [];
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (await isUpToDate(client, files)) return [];
    await waitForTurn(client);
    if (await isUpToDate(client, files)) return [];
    try {
      return await withSchemaEngine({ url, schema: files.schema }, async (engine) => {
        const input = { migrationsList: migrationList(files), filters: NO_FILTER };
        return (await engine.applyMigrations(input)).appliedMigrationNames;
      });
    } catch (error) {
      const failed = await unfinishedMigrations(client).catch(() => []);
      throw new Error([...failed, wordsOf(error)].join(': '));
    }
  } finally {
    await client.end();
  }
}

/** Asks again and again: a statement that waits is one whose end an index that is built concurrently waits for. */
async function waitForTurn(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      ADVISORY_LOCKS.migration,
    ]);
    if (rows[0]?.taken) return;
    await delay(TURN_INTERVAL_MILLISECONDS);
  }
}

/** Whether every committed migration was applied completely; any other state is for the engine to judge. */
async function isUpToDate(client: pg.Client, files: MigrationFiles): Promise<boolean> {
  const table = await client.query("SELECT to_regclass('_prisma_migrations') IS NOT NULL AS exists");
  if (table.rows[0]?.exists !== true) return false;
  const { rows } = await client.query<{ name: string; finished: boolean }>(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS finished
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  const applied = new Set(rows.map(({ name }) => name));
  return rows.every(({ finished }) => finished) && files.migrations.every(({ name }) => applied.has(name));
}

async function unfinishedMigrations(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL',
  );
  return rows.map(({ name }) => name);
}

/** A refused connection is an AggregateError with an empty message: one error per address that was tried. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
