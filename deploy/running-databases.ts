/** The databases of a Kedai that runs already, for commands beside it. */
import { join } from 'node:path';
import { type Config, ConfigurationError } from '../platform/config.js';
import { runningEmbeddedPostgres } from '../platform/database/embedded.js';

/**
 * With the embedded server of the data folder, where one runs; otherwise every database has to be configured.
 * @throws ConfigurationError where there is neither.
 */
export async function withRunningDatabases(config: Config): Promise<Config> {
  if (config.environment.DATABASE_URL !== undefined) return config;
  const url = await runningEmbeddedPostgres(join(config.dataDirectory, 'postgres'));
  if (url !== undefined) return config.with({ DATABASE_URL: url });
  try {
    config.databaseUrl('order');
    return config;
  } catch {
    throw new ConfigurationError(
      `No Kedai runs in ${config.dataDirectory}. Start it, set DATA_DIR to its folder, or DATABASE_URL to its databases.`,
    );
  }
}
