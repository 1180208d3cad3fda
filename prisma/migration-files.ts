/** The committed schema and migrations of one subgraph, read from `prisma/<name>/` of the project. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface MigrationFiles {
  readonly schema: string;
  /** Oldest first. */
  readonly migrations: readonly { readonly name: string; readonly sql: string }[];
}

export async function readMigrationFiles(folder: string): Promise<MigrationFiles> {
  const schema = await readFile(join(folder, 'schema.prisma'), 'utf8');
  const entries = await readdir(join(folder, 'migrations'), { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const migrations = await Promise.all(
    names.sort().map(async (name) => ({
      name,
      sql: await readFile(join(folder, 'migrations', name, 'migration.sql'), 'utf8'),
    })),
  );
  return { schema, migrations };
}

/** The same as Prisma's schema engine takes it. */
export function migrationList({ migrations }: MigrationFiles) {
  return {
    baseDir: 'migrations',
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
    })),
  };
}
