/** `npm run migrate`: migrates the configured databases and exits; with `--demo` or `DEMO=on`, also seeds the demo chain. */
import { readArguments, runCommand } from './command.js';
import { migrateDatabases, seedDatabases } from './databases.js';
import { readSettings } from './settings.js';

const HELP = `Migrates the databases of DATABASE_URL and the like to this version, and exits.

  npm run migrate -- [--demo]

  --demo  seeds the demo chain, too, as DEMO=on does
`;

await runCommand(async () => {
  const { values } = readArguments({ demo: { type: 'boolean', default: false } }, HELP);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const config = readSettings(values.demo ? { ...process.env, DEMO: 'on' } : process.env);
  await migrateDatabases(config, ({ database, applied }) =>
    console.log(`${database}: ${applied.join(', ')}`),
  );
  console.log('Every database is up to date.');
  if (config.environment.DEMO === 'on') {
    await seedDatabases(config);
    console.log('The demo chain is seeded.');
  }
  return 0;
});
