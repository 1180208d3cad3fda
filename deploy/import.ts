/** `npm run import`: tables of a chain from CSV files, by the account of somebody who may change them. */
import { readFile } from 'node:fs/promises';
import type { BadLine, ImportResult } from '../platform/bulk/import-table.js';
import { ConfigurationError } from '../platform/config.js';
import { ACCOUNT_HELP, ACCOUNT_OPTIONS, clientFor, KIND_HELP, requireKind } from './bulk/command.js';
import { Interrupted, importFile } from './bulk/import-file.js';
import { importSettlementFile, wordsOf as wordsOfSettlement } from './bulk/settlement.js';
import { showLines } from './bulk/show-lines.js';
import { type DeviceToken, openTokenFile } from './bulk/token-file.js';
import { readArguments, reasonOf, runCommand } from './command.js';

const HELP = `Imports a CSV file whose first line names the columns. docs/bulk.md says which there are.

  npm run import -- KIND FILE [--dry-run] --email E [--url URL]
  npm run import -- settlement FILE --provider midtrans|xendit --email E [--url URL]

${KIND_HELP}
  settlement    what a payment provider has paid out, as it publishes it (docs/money.md)

  --tokens FILE  of shelves: where the tokens of their devices are written, FILE.tokens.csv by default; they are not shown again
  --dry-run      names every bad line and says what would be done, and does nothing
${ACCOUNT_HELP}

A file with bad lines changes nothing, and each of them is named. What is there already as the file says is skipped: an import that was
broken off is imported again, and a file that was imported changes nothing.
Exit codes: 0 all is well, 1 it could not be done, 2 there are bad lines, 130 stopped by Ctrl-C, after the lines under way.
`;
const BAD_LINES = 2;
const STOPPED = 130;
const SETTLEMENT = 'settlement';

const OPTIONS = {
  ...ACCOUNT_OPTIONS,
  tokens: { type: 'string' },
  provider: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

await runCommand(async () => {
  const { values, positionals } = readArguments(OPTIONS, HELP);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [name, path, ...rest] = positionals;
  const isSettlement = name === SETTLEMENT;
  const kind = isSettlement ? undefined : requireKind(name, HELP);
  if (path === undefined) throw new ConfigurationError(`Name the file.\n\n${HELP}`);
  if (rest.length > 0) throw new ConfigurationError(`Unexpected: ${rest.join(' ')}\n\n${HELP}`);
  const isDryRun = values['dry-run'];
  const client = clientFor(values, process.env);
  const file = await readFile(path).catch((error: Error) => {
    throw new ConfigurationError(`${path} cannot be read: ${reasonOf(error)}`);
  });
  if (kind === undefined) {
    if (isDryRun)
      throw new ConfigurationError('There is no dry run of a settlement: a file changes nothing twice.');
    const settled = await importSettlementFile(client, values.provider, file);
    process.stdout.write(`${wordsOfSettlement(settled)}\n`);
    return 0;
  }
  const stop = new AbortController();
  // Once: the same again ends the process.
  process.once('SIGINT', () => {
    console.error('\nStopping after the lines under way.');
    stop.abort();
  });
  const startedAt = performance.now();
  const tokenPath = values.tokens ?? `${path}.tokens.csv`;
  const tokens = kind.hasTokens && !isDryRun ? await openTokenFile(tokenPath) : null;
  let shelves = 0;
  const nameTokenFile = () => {
    if (shelves > 0) process.stdout.write(`The tokens of ${shelves} devices are in ${tokenPath}, once.\n`);
  };
  const watch = {
    ...{ ...showLines(process.stderr), signal: stop.signal },
    async storeTokens(made: readonly DeviceToken[]) {
      await tokens?.append(made);
      shelves += made.length;
    },
  };
  let imported: ImportResult;
  try {
    imported = await importFile(client, kind, file, isDryRun, watch);
  } catch (error) {
    nameTokenFile();
    if (!(error instanceof Interrupted)) throw error;
    console.error(
      `Stopped. ${error.lines} lines were imported: import the file again, and they are skipped.`,
    );
    return STOPPED;
  } finally {
    await tokens?.close();
  }
  for (const bad of imported.badLines) console.error(wordsOf(bad));
  const seconds = (performance.now() - startedAt) / 1_000;
  process.stdout.write(`${summary(imported, isDryRun, seconds)}\n`);
  nameTokenFile();
  return imported.badLines.length === 0 ? 0 : BAD_LINES;
});

function wordsOf({ line, column, value, expected }: BadLine): string {
  const where = column === null ? '' : `, ${column}${value === null ? '' : ` ${JSON.stringify(value)}`}`;
  return `line ${line}${where}: expected ${expected}`;
}

function summary(
  { lines, created, changed, unchanged, badLines }: ImportResult,
  isDryRun: boolean,
  seconds: number,
) {
  const counts = `${created} created, ${changed} changed, ${unchanged} unchanged`;
  if (badLines.length > 0) {
    const bad = new Set(badLines.map(({ line }) => line)).size;
    return `Nothing was imported: ${bad} of ${lines} lines are bad.`;
  }
  if (isDryRun) return `Nothing was imported (dry run). It would be: ${counts} (${lines} lines).`;
  const rate = Math.round(lines / Math.max(seconds, 0.001));
  return `Imported: ${counts} (${lines} lines in ${seconds.toFixed(1)} s, ${rate}/s).`;
}
