import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { ADVISORY_LOCKS } from '../platform/sql/advisory-locks.js';
import { migrate } from './migrate.js';
import { readMigrationFiles } from './migration-files.js';
import { migrationScript } from './migration-script.js';

const HEADER = 'datasource db {\n  provider = "postgresql"\n}\n';
const CUP = `${HEADER}model Cup {\n  id Int @id\n}\n`;
const CUP_WITH_SIZE = `${HEADER}model Cup {\n  id Int @id\n  grams Int\n}\n`;

let folder: string;
let created: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kedai-migrate-'));
  created = [];
  await writeSchema(CUP);
  await writeMigration('20260101000000_init', 'CREATE TABLE "Cup" ("id" INTEGER NOT NULL PRIMARY KEY);');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
  for (const name of created)
    await query(inject('postgresUrl'), `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
});

async function writeSchema(schema: string): Promise<void> {
  await mkdir(join(folder, 'menu'), { recursive: true });
  await writeFile(join(folder, 'menu', 'schema.prisma'), schema);
}

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, 'menu', 'migrations', name), { recursive: true });
  await writeFile(join(folder, 'menu', 'migrations', name, 'migration.sql'), sql);
}

/** The address of a database that does not exist yet. */
function missingDatabase(): string {
  const name = `migrate test ${crypto.randomUUID()}`;
  created.push(name);
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

async function emptyDatabase(): Promise<string> {
  const url = missingDatabase();
  await migrate({ urls: { platform: url } });
  return url;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function runs(url: string): Promise<string[][]> {
  const reported: string[][] = [];
  await migrate({ urls: { menu: url }, folder, report: ({ applied }) => reported.push([...applied]) });
  return reported;
}

const appliedMigrations = 'SELECT migration_name AS name FROM _prisma_migrations ORDER BY started_at';

describe('migrate', () => {
  it('creates the database, applies the committed migrations and reports them', async () => {
    const url = missingDatabase();
    expect(await runs(url)).toEqual([['20260101000000_init']]);
    expect(await query(url, 'SELECT * FROM "Cup"')).toEqual([]);
    expect(await query(url, appliedMigrations)).toEqual([{ name: '20260101000000_init' }]);
  });

  it('does and reports nothing when there is nothing to do', async () => {
    const url = missingDatabase();
    await runs(url);
    expect(await runs(url)).toEqual([]);
  });

  it('applies later migrations alone', async () => {
    const url = missingDatabase();
    await runs(url);
    await writeMigration('20260102000000_size', 'ALTER TABLE "Cup" ADD COLUMN "grams" INTEGER NOT NULL;');
    expect(await runs(url)).toEqual([['20260102000000_size']]);
  });

  it('applies each migration once however many processes start at once', async () => {
    const url = missingDatabase();
    const reports = await Promise.all([runs(url), runs(url), runs(url), runs(url)]);
    expect(reports.flat()).toEqual([['20260101000000_init']]);
    expect(await query(url, appliedMigrations)).toHaveLength(1);
  });

  it('builds an index without a lock on writers while other processes wait for their turn', async () => {
    const url = missingDatabase();
    await runs(url);
    await writeMigration(
      '20260102000000_index',
      'CREATE INDEX CONCURRENTLY "cups_of_an_id" ON "Cup" ("id");',
    );
    const reports = await Promise.all([runs(url), runs(url), runs(url), runs(url)]);
    expect(reports.flat()).toEqual([['20260102000000_index']]);
  });

  it('does not wait for a relay in the middle of a batch', async () => {
    const url = await emptyDatabase();
    const relay = new pg.Client({ connectionString: url });
    await relay.connect();
    try {
      const batch = `BEGIN; SELECT pg_advisory_xact_lock_shared(${ADVISORY_LOCKS.relayBatches})`;
      await relay.query(batch);
      await migrate({ urls: { menu: url }, folder });
      expect(await query(url, 'SELECT * FROM "Cup"')).toEqual([]);
    } finally {
      await relay.end();
    }
  });

  it('names the subgraph and the migration that failed, and does not continue past it', async () => {
    const url = missingDatabase();
    await writeMigration('20260102000000_broken', 'ALTER TABLE "Mug" ADD COLUMN "grams" INTEGER;');
    await expect(runs(url)).rejects.toThrow(
      /database of menu.*20260102000000_broken: relation "Mug" does not exist/,
    );
    await expect(runs(url)).rejects.toThrow(/failed migrations/);
  });

  it('applies functions whole, whatever semicolons they contain', async () => {
    const url = missingDatabase();
    await writeMigration(
      '20260102000000_function',
      "CREATE FUNCTION brew() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'tea'; END; $$; SELECT brew();",
    );
    await runs(url);
    expect(await query(url, 'SELECT brew()')).toEqual([{ brew: 'tea' }]);
  });

  it('names the database that it could not reach', async () => {
    const urls = { menu: 'postgresql://kedai@127.0.0.1:1/kedai_menu' };
    await expect(migrate({ urls, folder })).rejects.toThrow(
      /database of menu could not be migrated: .*ECONNREFUSED/,
    );
  });
});

describe('the script of a new migration', () => {
  it('is empty while schema and migrations agree, hand-written checks and partial indexes aside', async () => {
    await writeMigration(
      '20260102000000_guards',
      'ALTER TABLE "Cup" ADD CHECK ("id" > 0); CREATE INDEX "few" ON "Cup" ("id") WHERE "id" < 10;',
    );
    expect(
      await migrationScript(await emptyDatabase(), await readMigrationFiles(join(folder, 'menu'))),
    ).toBeUndefined();
  });

  it('leads from the migrations to the schema', async () => {
    await writeSchema(CUP_WITH_SIZE);
    const script = await migrationScript(
      await emptyDatabase(),
      await readMigrationFiles(join(folder, 'menu')),
    );
    expect(script).toContain('ALTER TABLE "Cup" ADD COLUMN     "grams" INTEGER NOT NULL;');
  });
});
