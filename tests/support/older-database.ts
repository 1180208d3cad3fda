/** A database as it was before a migration, with rows of that time, and then migrated: for tests of what migrations do to rows. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

import { PROJECT_FOLDER } from '../../platform/project-folder.js';
import { migrate } from '../../prisma/migrate.js';
import type { SubgraphName } from '../../subgraphs/names.js';
import { freshDatabase } from './database.js';

export interface UpgradedDatabase {
  /** The owner's. */
  readonly url: string;
  readonly client: pg.Client;
  drop(): Promise<void>;
}

/**
 * @param rows statements that write what is there when the migration is applied.
 * @param during starts what uses the database while it is migrated; ended afterwards.
 */
export async function upgradedDatabase(
  name: SubgraphName,
  {
    before,
    rows,
    during,
  }: {
    readonly before: string;
    readonly rows: string;
    readonly during?: (url: string) => Promise<{ end(): Promise<void> }>;
  },
): Promise<UpgradedDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'kedai-older-'));
  // Empty: another database's content migrates itself.
  const fresh = await freshDatabase('platform');
  const isOlder = (source: string) => {
    const migration = /[\\/](\d{14}_\w+)/.exec(source)?.[1];
    return migration === undefined || migration < before;
  };
  await cp(join(PROJECT_FOLDER, 'prisma', name), join(folder, name), {
    recursive: true,
    filter: (source) => !/[\\/]client$/.test(source) && isOlder(source),
  });
  await migrate({ urls: { [name]: fresh.url }, folder });
  await rm(folder, { recursive: true, force: true });
  const client = new pg.Client({ connectionString: fresh.url });
  await client.connect();
  await client.query(rows);
  const use = await during?.(fresh.url);
  try {
    await migrate({ urls: { [name]: fresh.url } });
  } finally {
    await use?.end();
  }
  return {
    url: fresh.url,
    client,
    async drop() {
      await client.end();
      await fresh.drop();
    },
  };
}
