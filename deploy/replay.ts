/** `npm run replay`: compares rows with what the event history says, and rebuilds read models from it. */
import { ConfigurationError } from '../platform/config.js';
import { readArguments, runCommand } from './command.js';
import type { Comparison } from './replay/comparison.js';
import { showShare } from './replay/progress.js';
import type { ReadModel } from './replay/read-models/read-model.js';
import {
  cancelRebuild,
  rebuildReadModel,
  type TableComparison,
} from './replay/read-models/rebuild-read-model.js';
import { SALES } from './replay/read-models/sales.js';
import { verifyHistory } from './replay/verify.js';
import { withRunningDatabases } from './running-databases.js';
import { readSettings } from './settings.js';

const READ_MODELS: readonly ReadModel[] = [SALES];

const HELP = `Rebuilds from the event history, beside a running Kedai with the same DATA_DIR, or on the databases of DATABASE_URL and the like.

  npm run replay -- --verify
      Rebuilds orders, payments, stock and points and compares them with their rows. It only reads. What began before the history did is
      skipped and counted. Ends with 1 when anything differs.

  npm run replay -- --rebuild ${READ_MODELS.map(({ name }) => name).join('|')} [--dry-run | --cancel]
      Rebuilds a read model while the old one serves, prints where they differ, and puts the new one in the place of the old. After a
      kill the same command continues; Ctrl-C leaves everything as it was.
      --dry-run   compares, and leaves the old one; ends with 1 when anything differs
      --cancel    removes what a rebuild that was killed has left
`;

const OPTIONS = {
  verify: { type: 'boolean', default: false },
  rebuild: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  cancel: { type: 'boolean', default: false },
} as const;

await runCommand(async () => {
  const { values, positionals } = readArguments(OPTIONS, HELP);
  const { verify, rebuild, help, 'dry-run': isDryRun, cancel } = values;
  if (positionals.length > 0) throw new ConfigurationError(`Unexpected: ${positionals.join(' ')}\n\n${HELP}`);
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (verify) return verifyRunning();
  if (rebuild !== undefined) return rebuildRunning(modelNamed(rebuild), { isDryRun, isCancelled: cancel });
  throw new ConfigurationError(`Say what to do: --verify or --rebuild.\n\n${HELP}`);
});

function modelNamed(name: string): ReadModel {
  const model = READ_MODELS.find((one) => one.name === name);
  if (model === undefined) throw new ConfigurationError(`There is no read model ${name}.\n\n${HELP}`);
  return model;
}

/** @returns the exit code. */
async function verifyRunning(): Promise<number> {
  const config = await withRunningDatabases(readSettings(process.env));
  const shown = new Map<string, (done: number, total: number) => void>();
  const show = (kind: string) => {
    const known = shown.get(kind) ?? showShare(kind, (line) => process.stderr.write(line));
    shown.set(kind, known);
    return known;
  };
  const comparisons = await verifyHistory(
    (name) => config.databaseUrl(name),
    (kind, done, total) => show(kind)(done, total),
  );
  for (const comparison of comparisons) process.stdout.write(`${lineOf(comparison)}\n`);
  const differing = comparisons.reduce((sum, comparison) => sum + comparison.differing, 0);
  process.stdout.write(
    differing === 0 ? 'Everything is as its history says.\n' : `${differing} differ from their history.\n`,
  );
  return differing === 0 ? 0 : 1;
}

/** @returns the exit code. */
async function rebuildRunning(
  model: ReadModel,
  { isDryRun, isCancelled }: { readonly isDryRun: boolean; readonly isCancelled: boolean },
): Promise<number> {
  const url = (await withRunningDatabases(readSettings(process.env))).databaseUrl(model.subgraph);
  if (isCancelled) {
    await cancelRebuild({ url });
    process.stdout.write('Nothing is left of it.\n');
    return 0;
  }
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => interruption.abort(new ConfigurationError('Interrupted: the old one stays.')));
  }
  const show = showShare(`${model.name}: events read`, (line) => process.stderr.write(line));
  const { isSwapped, tables } = await rebuildReadModel(model, {
    url,
    isDryRun,
    signal: interruption.signal,
    report: ({ done, total }) => show(done, total),
  });
  for (const table of tables) process.stdout.write(`${differencesIn(table)}\n`);
  const differing = tables.reduce((sum, table) => sum + table.differing, 0);
  process.stdout.write(isSwapped ? 'The new one serves.\n' : 'The old one stays.\n');
  return isDryRun && differing > 0 ? 1 : 0;
}

function lineOf({ kind, compared, differing, examples, skipped }: Comparison): string {
  const parts = [
    `${kind.padEnd(13)} ${numberOf(compared).padStart(12)} compared, ${numberOf(differing)} differ`,
    ...(skipped > 0 ? [`${numberOf(skipped)} skipped`] : []),
  ];
  return [parts.join(', '), ...examples.map((id) => `  ${id}`)].join('\n');
}

function differencesIn({ table, rows, differing, examples }: TableComparison): string {
  const line = `${table.padEnd(15)} ${numberOf(rows).padStart(12)} rows, ${numberOf(differing)} differ from the old ones`;
  const differences = examples.map((one) => `  ${JSON.stringify(one.old)} → ${JSON.stringify(one.new)}`);
  return [line, ...differences].join('\n');
}

function numberOf(count: number): string {
  return count.toLocaleString('en');
}
