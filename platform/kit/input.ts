/**
 * A mutation's input, checked by a zod schema: what the user can mend becomes `userErrors`, each with its field. Also the
 * rules for texts, e-mail addresses and phone numbers, the same wherever one is taken.
 */
import { z } from 'zod';
import { UserFault } from '../errors.js';

/** What a number in local format, such as 0812…, means: the chain is at home in Indonesia. */
const HOME_COUNTRY = '62';
const MAXIMUM_PHONE_INPUT = 64;
/** Numbers of fewer than seven digits are short codes. */
const E164 = /^\+[1-9]\d{6,14}$/;
const SINGLE_LINE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u;
const MULTILINE = /^(?:[^\p{Cc}\p{Cs}]|[\n\t])*$/u;
const QUANTITY = 'quantity';

/** @throws UserFault with an entry for each problem: INVALID_INPUT, or INVALID_QUANTITY by the rule `quantity`. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new UserFault(
    parsed.error.issues.map((issue) => ({
      code: isQuantityIssue(issue) ? 'INVALID_QUANTITY' : 'INVALID_INPUT',
      field: issue.path.length === 0 ? null : issue.path.map(String),
      message: issue.message,
    })),
  );
}

export interface TextOptions {
  /** Fewest characters, after trimming. Default 1. */
  readonly minimum?: number;
  /** Whether line breaks and tabs are allowed. Default false. */
  readonly multiline?: boolean;
}

/**
 * Text that people type: trimmed, in Unicode's composed form (NFC), so that equal texts are equal however they were typed; no
 * control characters, nothing that consists of invisible characters alone, at most `maximum` characters.
 */
export function text(maximum: number, { minimum = 1, multiline = false }: TextOptions = {}) {
  return z
    .string()
    .transform((given) => (multiline ? given.replaceAll(/\r\n?/g, '\n') : given).trim().normalize('NFC'))
    .pipe(
      z
        .string()
        .refine((given) => lengthOf(given) >= minimum && (minimum === 0 || hasVisibleCharacter(given)), {
          message: minimum <= 1 ? 'Required' : `At least ${minimum} characters`,
          abort: true,
        })
        .refine((given) => lengthOf(given) <= maximum, `At most ${maximum} characters`)
        .regex(multiline ? MULTILINE : SINGLE_LINE, 'Must not contain control characters'),
    );
}

/** Of a person, a place or a product. */
export const name = text(100);

/** An e-mail address in lower case and in Unicode's compatibility form, without the blanks and invisible characters that pasting adds. */
export const email = z
  .string()
  .transform((entered) =>
    entered
      .normalize('NFKC')
      .replaceAll(/\p{Cf}/gu, '')
      .trim()
      .toLowerCase(),
  )
  .pipe(
    z
      .string()
      .max(254, 'An e-mail address has at most 254 characters')
      .pipe(z.email('Not an e-mail address')),
  );

/** A figure that is weighed, counted or paid; out of bounds it is INVALID_QUANTITY. */
export function quantity(minimum: number, maximum: number, { whole = true } = {}) {
  return z.number().superRefine((given, context) => {
    const message =
      given < minimum
        ? `Must be at least ${minimum}`
        : given > maximum
          ? `Must be at most ${maximum}`
          : whole && !Number.isInteger(given)
            ? 'Must be a whole number'
            : undefined;
    if (message !== undefined) context.addIssue({ code: 'custom', message, params: { rule: QUANTITY } });
  });
}

/** A phone number as `normalizedPhone` takes it; the output is in E.164 format. */
export const phone = z.string().transform((given, context): string => {
  const normalized = normalizedPhone(given);
  if (normalized !== undefined) return normalized;
  const message =
    'A phone number is in international format, such as +6281234567890, or local, such as 0812…';
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});

/**
 * A phone number in E.164 format, such as +6281234567890; undefined for what is none. Takes Indonesian numbers as 0812…,
 * 62812…, +62 812… and +62 (0)812…, other countries' with + or 00, digits of any script; blanks, dots, dashes and
 * brackets are ignored.
 */
export function normalizedPhone(given: string): string | undefined {
  if (given.length > MAXIMUM_PHONE_INPUT) return undefined;
  const compact = withAsciiDigits(given.normalize('NFKC')).replaceAll(/[\s\p{Cf}\p{Pd}\u2212.()[\]]/gu, '');
  const international = compact
    .replace(/^00(?=[1-9])/, '+')
    .replace(/^0(?=[1-9])/, `+${HOME_COUNTRY}`)
    .replace(new RegExp(`^${HOME_COUNTRY}(?=\\d)`), `+${HOME_COUNTRY}`)
    // The trunk prefix, which many write in brackets after the country.
    .replace(new RegExp(`^\\+${HOME_COUNTRY}0(?=[1-9])`), `+${HOME_COUNTRY}`);
  return E164.test(international) ? international : undefined;
}

/** Whether PostgreSQL can store a text and JSON carry it: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}

function isQuantityIssue(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'custom' && issue.params?.rule === QUANTITY;
}

/** In characters as PostgreSQL counts them. */
function lengthOf(given: string): number {
  return [...given].length;
}

function hasVisibleCharacter(given: string): boolean {
  return /[^\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u.test(given);
}

/** Unicode has the digits of each script in a row: a digit's value is its distance from the script's zero. */
function withAsciiDigits(given: string): string {
  return given.replaceAll(/\p{Nd}/gu, (digit) => {
    const codePoint = digit.codePointAt(0) ?? 0;
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(codePoint - value - 1))) value += 1;
    return String(value);
  });
}
