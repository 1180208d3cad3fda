/** The SQL from a subgraph's committed migrations to its `schema.prisma`; undefined where they agree. */
import { type MigrationFiles, migrationList } from './migration-files.js';
import { NO_FILTER, withSchemaEngine } from './schema-engine.js';

/** @param url a disposable empty database, in which the migrations are replayed. */
export async function migrationScript(url: string, files: MigrationFiles): Promise<string | undefined> {
  const difference = await withSchemaEngine({ url, schema: files.schema }, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrationList(files) },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: files.schema }] },
      script: true,
      exitCode: true,
      filters: NO_FILTER,
    }),
  );
  return difference.exitCode === 0 ? undefined : (difference.stdout ?? undefined);
}
