/** `npm run migrate`: brings the configured databases up to date and ends. */
import { readConfig, SUBGRAPH_NAMES } from '../platform/config.js';
import { type DatabaseName, migrate } from './migrate.js';

try {
  const config = readConfig(process.env);
  const names: readonly DatabaseName[] = [...SUBGRAPH_NAMES, 'platform'];
  await migrate({
    urls: Object.fromEntries(names.map((name) => [name, config.databaseUrl(name)])),
    report: ({ database, applied }) => console.log(`${database}: ${applied.join(', ')}`),
  });
  console.log('Every database is up to date.');
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
