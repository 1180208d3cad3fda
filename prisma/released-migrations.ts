/**
 * Released migrations are part of databases in use: none is changed or removed, and newer ones sort after them.
 * `prisma/released-migrations.sha256` lists them as `sha256sum` does; `npm run schema:release` adds those that are new.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../platform/project-folder.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';
import { type MigrationFiles, readMigrationFiles } from './migration-files.js';

const LIST = join(PROJECT_FOLDER, 'prisma', 'released-migrations.sha256');

/** Hex SHA-256 by `<subgraph>/<migration>`. */
export type ReleasedMigrations = ReadonlyMap<string, string>;

export async function readReleasedMigrations(): Promise<ReleasedMigrations> {
  const lines = (await readFile(LIST, 'utf8')).split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [hash = '', file = ''] = line.split('  ');
      const [, subgraph, , migration] = file.split('/');
      return [`${subgraph}/${migration}`, hash];
    }),
  );
}

/** @returns what of the subgraph's migrations a database of the release could not follow, in sentences. */
export function releaseFaults(
  released: ReleasedMigrations,
  subgraph: string,
  { migrations }: Pick<MigrationFiles, 'migrations'>,
): string[] {
  const hashes = hashesOf(subgraph, migrations);
  const ofSubgraph = [...released].filter(([name]) => name.startsWith(`${subgraph}/`));
  const last =
    ofSubgraph
      .map(([name]) => name)
      .sort()
      .at(-1) ?? '';
  return [
    ...ofSubgraph.flatMap(([name, hash]) => {
      const today = hashes.get(name);
      if (today === undefined) return [`prisma/${name} is released: it cannot be removed or renamed.`];
      return today === hash ? [] : [`prisma/${name} is released: change it by a migration of its own.`];
    }),
    ...[...hashes.keys()]
      .filter((name) => !released.has(name) && name < last)
      .map((name) => `prisma/${name} must sort after ${last}, which is released.`),
  ];
}

function hashesOf(subgraph: string, migrations: MigrationFiles['migrations']): Map<string, string> {
  return new Map(
    migrations.map(({ name, sql }) => [
      `${subgraph}/${name}`,
      createHash('sha256').update(sql).digest('hex'),
    ]),
  );
}

async function release(): Promise<void> {
  const lines: string[] = [];
  for (const subgraph of SUBGRAPH_NAMES) {
    const { migrations } = await readMigrationFiles(join(PROJECT_FOLDER, 'prisma', subgraph));
    for (const [name, hash] of hashesOf(subgraph, migrations)) {
      lines.push(`${hash}  prisma/${name.replace('/', '/migrations/')}/migration.sql`);
    }
  }
  await writeFile(LIST, `${lines.join('\n')}\n`);
  console.log('Wrote prisma/released-migrations.sha256');
}

if (process.argv[1]?.endsWith('released-migrations.js')) await release();
