/**
 * CSV (RFC 4180) as spreadsheets write and read it: any ends of lines, a byte order mark, commas, semicolons or tabs between cells. What
 * is written cannot act as a formula in a spreadsheet that reads commas (OWASP, CSV injection), and reading gives the text back as it was.
 */

export interface CsvRow {
  /** Where it begins in the file, whose first line is 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The file is no CSV; the message says where and why. */
export class UnreadableCsv extends Error {
  override readonly name = 'UnreadableCsv';
  readonly line: number;

  constructor(line: number, message: string) {
    super(`Line ${line}: ${message}`);
    this.line = line;
  }
}

const SEPARATORS = [',', ';', '\t'] as const;
type Separator = (typeof SEPARATORS)[number];

/** Blank lines are left out. Cells are as they were written, but for their quotation marks. @throws UnreadableCsv */
export function readCsv(csv: string): CsvRow[] {
  const text = csv.replace(/^\uFEFF/, '');
  const separator = separatorOf(text);
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  /** `START` as long as the cell is blank. */
  let state: 'START' | 'PLAIN' | 'QUOTED' | 'CLOSED' = 'START';
  let line = 1;
  let start = 1;
  /** Of what stands for itself, from a place on: runs are taken at once, and each character is read once. */
  const blankRun = new RegExp(`[^\\S${separator}\\r\\n]+`, 'y');
  const plainRun = new RegExp(`[^${separator}\\r\\n]+`, 'y');
  const quotedRun = /[^"\r\n]+/y;
  const runAt = (run: RegExp, index: number): string => {
    run.lastIndex = index;
    return run.exec(text)?.[0] ?? '';
  };
  const endCell = () => {
    cells.push(cell);
    cell = '';
    state = 'START';
  };
  const endRow = () => {
    endCell();
    if (cells.some((one) => one.trim() !== '')) rows.push({ line: start, cells });
    cells = [];
  };
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    const isLineEnd = character === '\n' || (character === '\r' && text[index + 1] !== '\n');
    if (isLineEnd) line += 1;
    if (state === 'QUOTED') {
      if (character !== '"') {
        const more = runAt(quotedRun, index + 1);
        cell += character + more;
        index += more.length;
      } else if (text[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else state = 'CLOSED';
    } else if (isLineEnd) {
      endRow();
      start = line;
    } else if (character === '\r') continue;
    else if (character === separator) endCell();
    else if (character === '"' && state === 'START') {
      cell = '';
      state = 'QUOTED';
    } else if (state !== 'CLOSED') {
      if (character.trim() !== '') state = 'PLAIN';
      const more = runAt(state === 'START' ? blankRun : plainRun, index + 1);
      cell += character + more;
      index += more.length;
    } else if (character.trim() !== '') {
      throw new UnreadableCsv(line, 'text after a closing quotation mark; within a cell it is doubled: ""');
    }
  }
  if (state === 'QUOTED') throw new UnreadableCsv(start, 'a quotation mark is not closed');
  endRow();
  return rows;
}

/** The one that stands most often in the first line, outside of quotation marks. */
function separatorOf(text: string): Separator {
  const counts = new Map<string, number>();
  let isQuoted = false;
  for (const character of text) {
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '\n' || character === '\r') break;
    else counts.set(character, (counts.get(character) ?? 0) + 1);
  }
  return SEPARATORS.reduce((best, one) => ((counts.get(one) ?? 0) > (counts.get(best) ?? 0) ? one : best));
}

/** With commas, CRLF after each row, and quotation marks where they are needed. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return rows.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: string): string {
  return /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** What makes a spreadsheet take a cell for a formula, and what has been marked already. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A text that a spreadsheet shows and never computes: an apostrophe stands before what it would take for a formula. */
export function withoutFormula(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** The text that `withoutFormula` made this of. */
export function withFormula(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}
