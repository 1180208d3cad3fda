/** `npm run replay -- --verify`: rebuilds what the event history says, and compares it with the rows. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Config, ConfigurationError } from '../platform/config.js';
import { runningEmbeddedPostgres } from '../platform/database/embedded.js';
import type { Comparison } from './replay/comparison.js';
import { verifyHistory } from './replay/verify.js';
import { readSettings } from './settings.js';

const HELP = `Rebuilds orders, payments, stock and points from the event history and compares them with their rows.

  npm run replay -- --verify

Works beside a running Kedai with the same DATA_DIR, or on the databases of DATABASE_URL and the like. It only reads. What began before
the history did is skipped and counted. Ends with 1 when anything differs.
`;

try {
  const { verify, help } = readArguments();
  if (help) process.stdout.write(HELP);
  else if (verify) await verifyRunning();
  else throw new ConfigurationError(`Say what to do: --verify.\n\n${HELP}`);
} catch (error) {
  console.error(error instanceof ConfigurationError ? error.message : error);
  process.exitCode = 1;
}

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        verify: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new ConfigurationError(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
  }
}

async function verifyRunning(): Promise<void> {
  const config = await withDatabases(readSettings(process.env));
  const comparisons = await verifyHistory(
    (name) => config.databaseUrl(name),
    (kind, count) => process.stderr.write(`${kind}: ${count.toLocaleString('en')} compared so far\n`),
  );
  for (const comparison of comparisons) process.stdout.write(`${lineOf(comparison)}\n`);
  const differing = comparisons.reduce((sum, comparison) => sum + comparison.differing, 0);
  process.stdout.write(
    differing === 0 ? 'Everything is as its history says.\n' : `${differing} differ from their history.\n`,
  );
  process.exitCode = differing === 0 ? 0 : 1;
}

/** With the embedded server of the data folder, where one runs; otherwise every database has to be configured. */
async function withDatabases(config: Config): Promise<Config> {
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

function lineOf({ kind, compared, differing, examples, skipped }: Comparison): string {
  const number = (count: number) => count.toLocaleString('en');
  const parts = [
    `${kind.padEnd(13)} ${number(compared).padStart(12)} compared, ${number(differing)} differ`,
    ...(skipped > 0 ? [`${number(skipped)} skipped`] : []),
  ];
  return [parts.join(', '), ...examples.map((id) => `  ${id}`)].join('\n');
}
