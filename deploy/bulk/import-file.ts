/**
 * Imports a file through the gateway. One that needs several requests is checked whole before its first line is written; a request writes all
 * of its lines or none, and what is written already is skipped when the file is imported again, so that an import may be broken off at any
 * time and repeated.
 */
import { z } from 'zod';
import type { BadLine, ImportResult } from '../../platform/bulk/import-table.js';
import { ConfigurationError } from '../../platform/config.js';
import { type CsvRow, readCsv, UnreadableCsv } from '../../platform/kit/csv.js';
import type { GatewayClient } from './gateway-client.js';
import { withIngredientIds } from './ingredient-names.js';
import type { Kind } from './kinds.js';
import { type Part, splitTable } from './parts.js';
import type { DeviceToken } from './token-file.js';

/** Stopped on request, between two requests to the gateway. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** How many lines were imported. */
  readonly lines: number;

  constructor(lines: number) {
    super('Stopped');
    this.lines = lines;
  }
}

const badLine = z.object({
  line: z.number(),
  column: z.string().nullable(),
  value: z.string().nullable(),
  expected: z.string(),
});
const resultShape = z.object({
  lines: z.number(),
  created: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  badLines: z.array(badLine),
});
const tokenShape = z.object({
  deviceToken: z.string(),
  shelf: z.object({
    id: z.string(),
    topic: z.string(),
    stockItem: z.object({
      ingredient: z.object({ name: z.string() }),
      outlet: z.object({ id: z.string(), name: z.string() }).nullable(),
    }),
  }),
});
const TOKENS = `deviceTokens { deviceToken shelf { id topic stockItem { ingredient { name } outlet { id name } } } }`;
const payloadShape = z.object({
  result: resultShape.nullable(),
  deviceTokens: z.array(tokenShape).default([]),
  userErrors: z.array(z.object({ message: z.string() })),
});

export interface ImportWatch {
  /** The file is gone through once to check it, and once to import it. */
  begin(what: 'Checked' | 'Imported'): void;
  /** Takes the tokens of new shelves before the next are made. */
  storeTokens(tokens: readonly DeviceToken[]): Promise<void>;
  /** Stops the import when the request under way has been answered. */
  readonly signal?: AbortSignal;
  /** Called after each request. */
  progress(done: { readonly lines: number; readonly of: number }): void;
}

/** @param file as it is on disk. @throws Interrupted, ConfigurationError in words for the operator. */
export async function importFile(
  client: GatewayClient,
  kind: Kind,
  file: Uint8Array,
  isDryRun: boolean,
  watch: ImportWatch,
): Promise<ImportResult> {
  const { header, rows } = rowsOf(file);
  const { rows: ready, unknown } = await withIngredientIds(client, kind, header, rows);
  const parts = splitTable(header, ready, kind.together);
  const given = new Map(rows.map((row) => [row.line, row]));
  const store = async (tokens: readonly DeviceToken[]) => {
    try {
      await watch.storeTokens(tokens);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ConfigurationError(`Tokens of devices cannot be stored: ${why}. ${LOST_TOKENS}`);
    }
  };
  const send = async (what: 'Checked' | 'Imported') => {
    let sum = NOTHING;
    watch.begin(what);
    for (const part of parts) {
      if (watch.signal?.aborted) throw new Interrupted(what === 'Imported' ? sum.lines : 0);
      const { result, tokens } = await request(client, kind, part, what === 'Checked');
      await store(tokens);
      const badLines = result.badLines.map((bad) => asInFile(bad, part, header, given));
      if (what === 'Imported' && badLines.length > 0) throw brokenOff(sum, badLines);
      sum = sumOf(sum, { ...result, badLines });
      watch.progress({ lines: sum.lines, of: rows.length });
    }
    return sum;
  };
  if (isDryRun || parts.length > 1 || unknown.length > 0) {
    const checked = await send('Checked');
    const places = new Set(unknown.map(placeOf));
    const badLines = [...unknown, ...checked.badLines.filter((bad) => !places.has(placeOf(bad)))];
    badLines.sort((one, other) => one.line - other.line);
    if (isDryRun || badLines.length > 0) return { ...checked, badLines };
    return send('Imported');
  }
  const [part] = parts;
  if (part === undefined) return NOTHING;
  watch.begin('Imported');
  const { result, tokens } = await request(client, kind, part, false);
  await store(tokens);
  watch.progress({ lines: rows.length, of: rows.length });
  return { ...result, badLines: result.badLines.map((bad) => asInFile(bad, part, header, given)) };
}

const NOTHING: ImportResult = { lines: 0, created: 0, changed: 0, unchanged: 0, badLines: [] };

function sumOf(one: ImportResult, other: ImportResult): ImportResult {
  return {
    lines: one.lines + other.lines,
    created: one.created + other.created,
    changed: one.changed + other.changed,
    unchanged: one.unchanged + other.unchanged,
    badLines: [...one.badLines, ...other.badLines],
  };
}

/** @throws ConfigurationError */
function rowsOf(file: Uint8Array): { readonly header: CsvRow; readonly rows: CsvRow[] } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(file);
  } catch {
    throw new ConfigurationError('The file is not UTF-8. In a spreadsheet, save it as "CSV UTF-8".');
  }
  try {
    const [header, ...rows] = readCsv(text);
    if (header === undefined)
      throw new ConfigurationError('The file is empty: its first line names the columns.');
    return { header, rows };
  } catch (error) {
    if (error instanceof UnreadableCsv) throw new ConfigurationError(`The file is no CSV. ${error.message}.`);
    throw error;
  }
}

const LOST_TOKENS =
  'Shelves may have been made whose tokens are lost: export the shelves, give each that is new a token by rotateDeviceToken, and import the file again for the rest.';

async function request(client: GatewayClient, kind: Kind, { csv }: Part, dryRun: boolean) {
  const input = { csv, dryRun, ...(kind.table !== null && { kind: kind.table }) };
  const type = `${kind.importBy[0]?.toUpperCase()}${kind.importBy.slice(1)}Input!`;
  const source = `mutation ($input: ${type}) { ${kind.importBy}(input: $input) {
    result { lines created changed unchanged badLines { line column value expected } } ${kind.hasTokens ? TOKENS : ''}
    userErrors { message } } }`;
  const operation = {
    ...{ field: kind.importBy, shape: payloadShape },
    afterLostAnswer: kind.hasTokens && !dryRun ? LOST_TOKENS : undefined,
  };
  const { result, deviceTokens, userErrors } = await client.execute(operation, source, { input });
  if (result !== null) return { result, tokens: deviceTokens.map(tokenOf) };
  throw new ConfigurationError(userErrors.map(({ message }) => message).join('; '));
}

function tokenOf({ deviceToken, shelf: { id, topic, stockItem } }: z.output<typeof tokenShape>): DeviceToken {
  const { ingredient, outlet } = stockItem;
  const place = { outletId: outlet?.id ?? '', outlet: outlet?.name ?? '', ingredient: ingredient.name };
  return { shelfId: id, topic, deviceToken, ...place };
}

/** The line of the file, and what the file has there: the part may say it otherwise. */
function asInFile(
  { line, column, value, expected }: BadLine,
  part: Part,
  header: CsvRow,
  given: ReadonlyMap<number, CsvRow>,
): BadLine {
  const there = part.lineOf(line);
  const index = header.cells.findIndex((cell) => cell.trim().toLowerCase() === column?.toLowerCase());
  return { line: there, column, expected, value: given.get(there)?.cells[index] ?? value };
}

function placeOf({ line, column }: BadLine): string {
  return `${line}:${column}`;
}

/** Somebody changed what the check had found in order. */
function brokenOff({ lines }: ImportResult, [first]: readonly BadLine[]): ConfigurationError {
  const where = `line ${first?.line}: expected ${first?.expected}`;
  return new ConfigurationError(
    `Something has changed since the file was checked (${where}). ${lines} lines were imported: import the file again, and they are skipped.`,
  );
}
