/** Splits a table into parts that one request takes, each with the header. The lines of one thing stay together. */
import { type CsvRow, writeCsv } from '../../platform/kit/csv.js';
import { barcodeOf, canonicalBarcode } from '../../subgraphs/menu/domain/barcode.js';

/** A request answers within the gateway's patience, and its body is within the gateway's limit. */
const MAXIMUM_LINES = 300;
const MAXIMUM_CHARACTERS = 150_000;

export interface Part {
  readonly csv: string;
  /** How many lines it has beside the header. */
  readonly lines: number;
  /** The line of the whole file where a line of the part stands. */
  lineOf(line: number): number;
}

/** @param together the columns whose texts the lines of one thing have in common, whatever the case. */
export function splitTable(header: CsvRow, rows: readonly CsvRow[], together: readonly string[]): Part[] {
  const columns = together.flatMap((name) => {
    const index = header.cells.findIndex((cell) => cell.trim().toLowerCase() === name.toLowerCase());
    return index < 0 ? [] : [{ index, write: name === 'barcode' ? written : plain }];
  });
  const keyOf = ({ cells }: CsvRow) =>
    columns.map(({ index, write }) => write(cells[index] ?? '')).join('\0');
  const parts: Part[] = [];
  let part: CsvRow[] = [];
  let characters = 0;
  for (const group of groupsOf(rows, keyOf)) {
    const length = writeCsv(group.map(({ cells }) => cells)).length;
    const isFull = part.length + group.length > MAXIMUM_LINES || characters + length > MAXIMUM_CHARACTERS;
    if (isFull && part.length > 0) {
      parts.push(partOf(header, part));
      [part, characters] = [[], 0];
    }
    part.push(...group);
    characters += length;
  }
  if (part.length > 0 || parts.length === 0) parts.push(partOf(header, part));
  return parts;
}

function plain(text: string): string {
  return text.trim().normalize('NFC').toLowerCase();
}

/** One text for all spellings of a barcode. */
function written(text: string): string {
  const barcode = barcodeOf(text);
  return barcode === null ? plain(text) : canonicalBarcode(barcode);
}

/** In the order of the first line of each, wherever the others stand. A line without a key stands alone. */
function groupsOf(rows: readonly CsvRow[], keyOf: (row: CsvRow) => string): CsvRow[][] {
  const groups = new Map<string | CsvRow, CsvRow[]>();
  for (const row of rows) {
    const key = keyOf(row).replaceAll('\0', '') === '' ? row : keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function partOf(header: CsvRow, rows: readonly CsvRow[]): Part {
  const starts: { readonly here: number; readonly there: number }[] = [];
  let next = 1;
  for (const { line, cells } of [header, ...rows]) {
    starts.push({ here: next, there: line });
    next += lineEndsIn(writeCsv([cells]));
  }
  return {
    csv: writeCsv([header, ...rows].map(({ cells }) => cells)),
    lines: rows.length,
    lineOf: (line) => starts.findLast(({ here }) => here <= line)?.there ?? header.line,
  };
}

function lineEndsIn(csv: string): number {
  return csv.match(/\r\n|\r|\n/g)?.length ?? 0;
}
