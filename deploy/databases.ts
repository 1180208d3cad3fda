/** The databases of a start: migrated, and filled with the demo chain where that is wanted. */
import { type Config, SUBGRAPH_NAMES } from '../platform/config.js';
import { migrate } from '../prisma/migrate.js';
import { seedDemo } from '../prisma/seed/seed.js';

export async function migrateDatabases(config: Config): Promise<void> {
  const names =
    config.environment.REDIS_URL === undefined ? [...SUBGRAPH_NAMES, 'platform' as const] : SUBGRAPH_NAMES;
  await migrate({ urls: Object.fromEntries(names.map((name) => [name, config.databaseUrl(name)])) });
}

export async function seedDatabases(config: Config): Promise<void> {
  await seedDemo((name) => config.databaseUrl(name));
}
