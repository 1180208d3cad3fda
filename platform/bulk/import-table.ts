/**
 * Imports a CSV file whole or not at all. Every bad line is named, not only the first: a dry run, and a run that finds one, does all the
 * work in its transaction and rolls it back. What is there already and as the file says is left alone, so a file that is imported again
 * changes nothing.
 */
import { type UserError, UserFault } from '../errors.js';
import { type CsvRow, readCsv, UnreadableCsv } from '../kit/csv.js';
import { isStorable } from '../kit/input.js';
import { type Cell, UnreadableCell, type ValueOf } from './cells.js';

export type Columns = Readonly<Record<string, Cell<unknown>>>;

/** What a line says. A column that the file lacks has no value, nor has a cell that cannot be read. */
export interface Row<Kinds extends Columns> {
  readonly line: number;
  readonly values: { readonly [Name in keyof Kinds]?: ValueOf<Kinds[Name]> };
}

/** A place in the file, and what is expected there. */
export interface BadLine {
  readonly line: number;
  readonly column: string | null;
  /** As the file has it, shortened. */
  readonly value: string | null;
  readonly expected: string;
}

export interface ImportResult {
  readonly lines: number;
  /** Things, not lines: several lines may say one thing. */
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly badLines: readonly BadLine[];
}

/** The file as far as it can be read. */
export interface Table<Kinds extends Columns> {
  readonly rows: readonly Row<Kinds>[];
  readonly lines: number;
  readonly columns: ReadonlySet<keyof Kinds & string>;
  readonly bad: BadLines;
}

const MAXIMUM_LINES = 1_000;
const MAXIMUM_CHARACTERS = 250_000;
const SHOWN_CHARACTERS = 80;

/** Collects what is bad, with the values that the file has there. */
export class BadLines {
  readonly #cells = new Map<number, Readonly<Record<string, string>>>();
  readonly #found: BadLine[] = [];
  readonly #lines = new Set<number>();

  /** Called for every line of the file. */
  setCells(line: number, cells: Readonly<Record<string, string>>): void {
    this.#cells.set(line, cells);
  }

  /** Of a cell the first fault counts: what follows from a cell that cannot be read is none of its own. */
  add(line: number, column: string | null, expected: string): void {
    if (column !== null && this.#found.some((one) => one.line === line && one.column === column)) return;
    const value = column === null ? undefined : this.#cells.get(line)?.[column];
    this.#lines.add(line);
    this.#found.push({ line, column, value: value === undefined ? null : shortened(value), expected });
  }

  has(line: number): boolean {
    return this.#lines.has(line);
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  inOrder(): BadLine[] {
    return this.#found.toSorted((one, other) => one.line - other.line);
  }

  /**
   * Runs what may refuse a line.
   * @param columnOf the column that a field of the input is read from.
   * @returns nothing where it was refused.
   */
  async collectFaults<Result>(
    line: number,
    work: () => Promise<Result> | Result,
    columnOf: (field: readonly string[]) => Located = ([name]) => name ?? null,
  ): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserFault)) throw error;
      for (const { field, message } of error.userErrors) this.#addFault(line, columnOf(field ?? []), message);
      return undefined;
    }
  }

  #addFault(line: number, located: Located, message: string): void {
    if (located === null || typeof located === 'string')
      this.add(line, this.#columnIn(line, located), message);
    else this.add(located.line, this.#columnIn(located.line, located.column), message);
  }

  #columnIn(line: number, column: string | null): string | null {
    return column !== null && this.#cells.get(line)?.[column] !== undefined ? column : null;
  }
}

/** A column, of the line at hand or of another. */
export type Located = string | null | { readonly line: number; readonly column: string | null };

/** Which columns a file has to have. */
export interface Header<Kinds extends Columns> {
  /** Those without which no line says anything. */
  readonly required: readonly (keyof Kinds & string)[];
  /** By column, those that say nothing without it. */
  readonly needed?: { readonly [Name in keyof Kinds & string]?: readonly (keyof Kinds & string)[] };
}

/** Reads what the cells say. Columns are found by their names, in any order and whatever the case. */
export function readTable<Kinds extends Columns>(
  kinds: Kinds,
  { required, needed = {} }: Header<Kinds>,
  csv: string,
): Table<Kinds> {
  const bad = new BadLines();
  const none = { rows: [], lines: 0, columns: new Set<keyof Kinds & string>(), bad };
  const read = rowsOf(csv, bad);
  if (read === undefined) return none;
  const [header, ...rows] = read;
  const names: readonly (keyof Kinds & string)[] = Object.keys(kinds);
  const columns = header.cells.map((cell) => {
    const given = cell.trim().toLowerCase();
    return names.find((name) => name.toLowerCase() === given);
  });
  for (const [index, cell] of header.cells.entries()) {
    const column = columns[index];
    if (column === undefined) {
      bad.add(
        header.line,
        null,
        `no column ${JSON.stringify(shortened(cell))}: they are ${names.join(', ')}`,
      );
    } else if (columns.indexOf(column) < index) bad.add(header.line, null, `the column ${column} once`);
  }
  for (const name of required) {
    if (!columns.includes(name)) bad.add(header.line, null, `a column ${name}`);
  }
  const found = new Set(columns.filter((name) => name !== undefined));
  for (const name of names) {
    const others = (needed[name] ?? []).filter((other) => found.has(other));
    if (others.length > 0 && !found.has(name))
      bad.add(header.line, null, `a column ${name} beside ${others.join(', ')}`);
  }
  if (!bad.isEmpty) return { ...none, lines: rows.length };
  return {
    rows: rows.flatMap((row) => rowOf(kinds, columns, row, bad) ?? []),
    lines: rows.length,
    columns: found,
    bad,
  };
}

function rowsOf(csv: string, bad: BadLines): [CsvRow, ...CsvRow[]] | undefined {
  if (csv.length > MAXIMUM_CHARACTERS || !isStorable(csv)) {
    bad.add(1, null, `text of at most ${MAXIMUM_CHARACTERS} characters; import a larger file in parts`);
    return undefined;
  }
  try {
    const [header, ...rows] = readCsv(csv);
    if (header === undefined) bad.add(1, null, 'a header line with the names of the columns');
    else if (rows.length > MAXIMUM_LINES) {
      bad.add(1, null, `at most ${MAXIMUM_LINES} lines; import a larger file in parts`);
    } else return [header, ...rows];
  } catch (error) {
    if (!(error instanceof UnreadableCsv)) throw error;
    bad.add(error.line, null, `CSV: ${error.message}`);
  }
  return undefined;
}

/**
 * A cell that cannot be read has no value: the others are looked at all the same, so that a line is named with all that is wrong with it.
 * Undefined where it is not known which cell is which.
 */
function rowOf<Kinds extends Columns>(
  kinds: Kinds,
  columns: readonly ((keyof Kinds & string) | undefined)[],
  { line, cells }: CsvRow,
  bad: BadLines,
): Row<Kinds> | undefined {
  const texts: Record<string, string> = {};
  for (const [index, name] of columns.entries()) if (name !== undefined) texts[name] = cells[index] ?? '';
  bad.setCells(line, texts);
  if (cells.length !== columns.length) {
    bad.add(line, null, `${columns.length} cells, as the header has; there are ${cells.length}`);
    return undefined;
  }
  const values: { [Name in keyof Kinds]?: ValueOf<Kinds[Name]> } = {};
  for (const name of columns) {
    if (name === undefined) continue;
    try {
      readInto(values, kinds, name, texts[name] ?? '');
    } catch (error) {
      if (!(error instanceof UnreadableCell)) throw error;
      bad.add(line, name, error.message);
    }
  }
  return { line, values };
}

function readInto<Kinds extends Columns, Name extends keyof Kinds & string>(
  values: { [Each in keyof Kinds]?: ValueOf<Kinds[Each]> },
  kinds: Kinds,
  name: Name,
  given: string,
): void {
  Object.assign(values, { [name]: kinds[name]?.read(given) });
}

/** One thing to create or to change. */
export interface Step<Work> {
  /** The line at fault where the step is refused. */
  readonly line: number;
  readonly outcome: 'CREATED' | 'CHANGED';
  /** The id of what it locks. Steps run in its order, so that imports at the same time do not wait for each other in a circle. */
  readonly locks?: string;
  /** @throws UserFault */
  write(work: Work): Promise<void>;
  columnOf?(field: readonly string[]): Located;
}

export interface Plan<Work> {
  readonly steps: readonly Step<Work>[];
  /** Things that are as the file says. */
  readonly unchanged: number;
  /** Writes what steps have gathered, so that a statement serves many. */
  finish?(work: Work): Promise<void>;
}

class RolledBack extends Error {}

/**
 * Executes the plan in one transaction, which is rolled back for a dry run and where anything is bad.
 * @param transact runs it, and rolls back what throws.
 */
export async function executePlan<Work>(
  { lines, bad }: Pick<Table<Columns>, 'lines' | 'bad'>,
  { steps, unchanged, finish }: Plan<Work>,
  isDryRun: boolean,
  transact: (run: (work: Work) => Promise<void>) => Promise<void>,
): Promise<ImportResult> {
  const outcomes = { CREATED: 0, CHANGED: 0 };
  try {
    if (steps.length > 0) {
      await transact(async (work) => {
        for (const step of inLockOrder(steps.filter(({ line }) => !bad.has(line)))) {
          await bad.collectFaults(step.line, () => step.write(work), step.columnOf);
          outcomes[step.outcome] += 1;
        }
        await finish?.(work);
        if (isDryRun || !bad.isEmpty) throw new RolledBack();
      });
    }
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  const badLines = bad.inOrder();
  const { CREATED: created, CHANGED: changed } = outcomes;
  return { lines, created, changed, unchanged, badLines };
}

/** Those that lock nothing first. */
function inLockOrder<Work>(steps: readonly Step<Work>[]): Step<Work>[] {
  const keyOf = ({ locks = '' }: Step<Work>) => locks;
  return steps.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : keyOf(one) > keyOf(other) ? 1 : 0));
}

/** The first bad line as a user error, for clients that read `userErrors` alone. */
export function faultsOfResult({ badLines: [first, ...others] }: ImportResult): UserError[] {
  if (first === undefined) return [];
  const where = `line ${first.line}${first.column === null ? '' : `, ${first.column}`}`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more: \`badLines\`)`;
  return [
    {
      code: 'INVALID_INPUT',
      field: ['csv'],
      message: `Nothing was imported: ${where}: expected ${first.expected}${more}`,
    },
  ];
}

function shortened(value: string): string {
  return value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
}

/** For a cell that cannot be imported as it is. @param expected what it has to be, for people. */
export function badCell(column: string, expected: string): UserFault {
  return UserFault.of('INVALID_INPUT', expected, [column]);
}

/** For a unique name or code that exists, where the plan found none. */
export function nameTaken(): UserFault {
  const message = 'A name in the file is taken by something that you do not see, or was taken just now';
  return UserFault.of('ALREADY_EXISTS', message, ['csv']);
}

/** Keeps the first line of each key; later ones are reported and left out. */
export function firstOfEach<Item extends { readonly line: number }>(
  items: readonly Item[],
  bad: BadLines,
  column: string,
  keyOf: (item: Item) => string | null,
): Item[] {
  const lines = new Map<string, number>();
  return items.filter((item) => {
    const key = keyOf(item);
    // Of a line that is bad it is not known what it names.
    if (key === null || bad.has(item.line)) return true;
    const earlier = lines.get(key);
    if (earlier === undefined) lines.set(key, item.line);
    else bad.add(item.line, column, `another one than line ${earlier} has`);
    return earlier === undefined;
  });
}
