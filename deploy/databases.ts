/** Migrates the databases at start, and seeds the demo chain where it is wanted. */
import type { Config } from '../platform/config.js';
import { type MigrateOptions, migrate } from '../prisma/migrate.js';
import { hasDemoMenu } from '../prisma/seed/menu.js';
import { seedPast } from '../prisma/seed/past/past.js';
import { seedDemo } from '../prisma/seed/seed.js';
import { SUBGRAPH_NAMES } from '../subgraphs/names.js';

/** @param report called for each database that was changed. */
export async function migrateDatabases(config: Config, report?: MigrateOptions['report']): Promise<void> {
  const names =
    config.environment.REDIS_URL === undefined ? [...SUBGRAPH_NAMES, 'platform' as const] : SUBGRAPH_NAMES;
  const urls = Object.fromEntries(names.map((name) => [name, config.databaseUrl(name)]));
  await migrate({ urls, ...(report === undefined ? {} : { report }) });
}

export async function seedDatabases(config: Config): Promise<void> {
  await seedDemo((name) => config.databaseUrl(name));
}

/** Whether the demo chain was seeded, now or by an earlier start. */
export function isDemoSeeded(config: Config): Promise<boolean> {
  return hasDemoMenu(config.databaseUrl('menu'));
}

/** Once, where the demo chain alone is in the databases. */
export async function seedPastOfDemo(config: Config): Promise<void> {
  await seedPast((name) => config.databaseUrl(name));
}
