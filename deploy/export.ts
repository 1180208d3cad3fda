/** `npm run export`: tables of a chain as CSV files, which `npm run import` takes. */
import { writeFile } from 'node:fs/promises';
import { ConfigurationError } from '../platform/config.js';
import { ACCOUNT_HELP, ACCOUNT_OPTIONS, clientFor, KIND_HELP, requireKind } from './bulk/command.js';
import { exportTable } from './bulk/export-table.js';
import { readArguments, reasonOf, runCommand } from './command.js';

const HELP = `Exports a table as CSV, in the columns that \`npm run import\` takes. docs/bulk.md says which there are.

  npm run --silent export -- KIND [FILE] [--outlet ID] [--without-ids] --email E [--url URL]

${KIND_HELP}

  FILE           where it is written, also as -o FILE; else on standard output
  --outlet ID    of the outlet with this id alone: prices, stock items, shelves
  --without-ids  leaves out the columns of ids, for another chain
${ACCOUNT_HELP}

Exit codes: 0 all is well, 1 it could not be done.
`;

/** By it spreadsheets know that a file is UTF-8. */
const BYTE_ORDER_MARK = '\uFEFF';

const OPTIONS = {
  ...ACCOUNT_OPTIONS,
  out: { type: 'string', short: 'o' },
  outlet: { type: 'string' },
  'without-ids': { type: 'boolean', default: false },
} as const;

await runCommand(async () => {
  const { values, positionals } = readArguments(OPTIONS, HELP);
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [name, ...files] = positionals;
  const kind = requireKind(name, HELP);
  const [file = values.out, ...rest] = files;
  if (values.out !== undefined && file !== values.out) rest.push(values.out);
  if (rest.length > 0) throw new ConfigurationError(`Unexpected: ${rest.join(' ')}\n\n${HELP}`);
  if (values.outlet !== undefined && !kind.isOfOutlets)
    throw new ConfigurationError(`--outlet has no meaning for ${kind.name}.`);
  const csv = await exportTable(clientFor(values, process.env), kind, {
    outletId: values.outlet ?? null,
    withoutIds: values['without-ids'],
  });
  if (file === undefined) process.stdout.write(csv);
  else {
    await writeFile(file, `${BYTE_ORDER_MARK}${csv}`).catch((error: Error) => {
      throw new ConfigurationError(`${file} cannot be written: ${reasonOf(error)}`);
    });
    process.stderr.write(`${kind.name}: written to ${file}.\n`);
  }
  return 0;
});
