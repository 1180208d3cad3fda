/** What cells of an imported file say, and how a cell says it in an exported one: each kind is the other's inverse. */
import { withFormula, withoutFormula } from '../kit/csv.js';

/** How one column's cells are read and written. */
export interface Cell<Value> {
  /** What the cell has to be, for people. */
  readonly expects: string;
  /** @throws UnreadableCell */
  read(text: string): Value;
  write(value: Value): string;
}

export type ValueOf<Kind> = Kind extends Cell<infer Value> ? Value : never;

export class UnreadableCell extends Error {
  override readonly name = 'UnreadableCell';
}

export const text: Cell<string> = {
  expects: 'text',
  // As inputs are: without blanks around it, in Unicode's composed form.
  read: (given) => withFormula(given.trim()).normalize('NFC'),
  write: withoutFormula,
};

export const wholeNumber: Cell<number> = {
  expects: 'a whole number',
  read(given) {
    const trimmed = given.trim();
    if (/^-?\d{1,15}$/.test(trimmed)) return Number(trimmed);
    const isSeparated = /^[-+]?\d[\d.,\s]*$/.test(trimmed);
    throw new UnreadableCell(
      isSeparated ? 'a whole number without separators and decimals, such as 15000' : 'a whole number',
    );
  },
  write: String,
};

export const decimal: Cell<number> = {
  expects: 'a number with a decimal point, such as 12.5',
  read(given) {
    const trimmed = given.trim();
    if (/^-?\d{1,15}(\.\d{1,15})?$/.test(trimmed)) return Number(trimmed);
    throw new UnreadableCell(
      trimmed.includes(',') ? 'a decimal point, not a comma, such as 12.5' : 'a number, such as 12.5',
    );
  },
  write: String,
};

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'yes', 'ya', '1'].map((word) => [word, true] as const),
  ...['false', 'no', 'tidak', '0'].map((word) => [word, false] as const),
]);

export const flag: Cell<boolean> = {
  expects: 'true or false',
  read(given) {
    const value = FLAGS.get(given.trim().toLowerCase());
    if (value === undefined) throw new UnreadableCell('true or false');
    return value;
  },
  write: String,
};

export function oneOf<Choice extends string>(choices: readonly Choice[]): Cell<Choice> {
  const expects = `one of ${choices.join(', ')}`;
  return {
    expects,
    read(given) {
      const wanted = given.trim().toUpperCase();
      const choice = choices.find((one) => one === wanted);
      if (choice === undefined) throw new UnreadableCell(expects);
      return choice;
    },
    write: (choice) => choice,
  };
}

/** A moment with its offset. */
export const moment: Cell<Date> = {
  expects: 'a moment such as 2027-01-31T09:00:00+07:00',
  read(given) {
    const trimmed = given.trim();
    const isWritten = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(trimmed);
    const date = new Date(trimmed);
    if (!isWritten || Number.isNaN(date.getTime())) throw new UnreadableCell(this.expects);
    return date;
  },
  write: (value) => value.toISOString(),
};

/** An empty cell is null. */
export function optional<Value>(kind: Cell<Value>): Cell<Value | null> {
  return {
    expects: `${kind.expects}, or empty`,
    read: (given) => (given.trim() === '' ? null : kind.read(given)),
    write: (value) => (value === null ? '' : kind.write(value)),
  };
}

/** Parts with semicolons between them; an empty cell has none. */
export function listOf<Value>(kind: Cell<Value>): Cell<readonly Value[]> {
  return {
    expects: `each ${kind.expects}, with semicolons between them`,
    read: (given) =>
      withFormula(given)
        .split(';')
        .filter((part) => part.trim() !== '')
        .map((part) => kind.read(part.trim())),
    write: (values) => withoutFormula(values.map((value) => kind.write(value)).join('; ')),
  };
}

/** `name: number` */
export const amountOfName: Cell<{ readonly name: string; readonly amount: number }> = {
  expects: 'a name, a colon and a whole number, such as Teh hitam: 200',
  read(given) {
    const [, name, amount] = /^(.*\S)\s*:\s*(-?\d{1,9})$/s.exec(given.trim()) ?? [];
    if (name === undefined) throw new UnreadableCell(this.expects);
    return { name, amount: Number(amount) };
  },
  write: ({ name, amount }) => `${name}: ${amount}`,
};
