/** `npm run migrate`: migrates the configured databases and exits; with `--demo` or `DEMO=on`, also seeds the demo chain. */
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../platform/config.js';
import { migrateDatabases, seedDatabases } from './databases.js';
import { readSettings } from './settings.js';

try {
  const { values } = parseArgs({ options: { demo: { type: 'boolean', default: false } } });
  const config = readSettings(values.demo ? { ...process.env, DEMO: 'on' } : process.env);
  await migrateDatabases(config, ({ database, applied }) =>
    console.log(`${database}: ${applied.join(', ')}`),
  );
  console.log('Every database is up to date.');
  if (config.environment.DEMO === 'on') {
    await seedDatabases(config);
    console.log('The demo chain is seeded.');
  }
} catch (error) {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
}
