/**
 * JSON without loss of digits: integers that a double cannot hold are read as BigInt and written as the digits they had.
 * Text without such an integer is read at the speed of `JSON.parse`.
 */
import { randomUUID } from 'node:crypto';

/** Integers of fewer digits are always safe. */
const SAFE_DIGITS = 15;
const [ZERO, NINE] = [0x30, 0x39];

const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const INTEGER = /^-?[1-9]\d*$/;
/** Stands before an integer that is read as a string first. It is a secret, so that no string can pass for one. */
const MARK = `${randomUUID()}:`;

/** As `JSON.parse`, with BigInt for every integer beyond the safe ones. @throws SyntaxError */
export function parseExactJson(text: string): unknown {
  return hasLongDigits(text) ? reviveIntegers(JSON.parse(markIntegers(text))) : JSON.parse(text);
}

/** Whether more digits than are always safe stand in a row, be it in a string. Looks at one character in sixteen. */
export function hasLongDigits(text: string): boolean {
  for (let index = SAFE_DIGITS; index < text.length; index += SAFE_DIGITS + 1) {
    if (!isDigit(text, index)) continue;
    let [start, end] = [index, index + 1];
    while (isDigit(text, start - 1)) start -= 1;
    while (isDigit(text, end)) end += 1;
    if (end - start > SAFE_DIGITS) return true;
  }
  return false;
}

/** The same JSON with every unsafe integer as a string that `reviveIntegers` recognises. */
function markIntegers(text: string): string {
  return text.replace(STRING_OR_NUMBER, (token) =>
    INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${MARK}${token}"` : token,
  );
}

/** Replaces marked integers in place. */
function reviveIntegers(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value;
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      const revived = reviveIntegers(element);
      if (revived !== element) value[index] = revived;
    }
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const revived = reviveIntegers(value[key]);
      if (revived !== value[key]) value[key] = revived;
    }
  }
  return value;
}

/** As `JSON.stringify`, with the digits of a BigInt; undefined for what JSON has no text for. @throws for cycles. */
export function exactJsonText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value);
  } catch (error) {
    // JSON.stringify throws a TypeError for a BigInt, and for a cycle, which overflows the stack below.
    if (error instanceof TypeError) return bigText(value);
    throw error;
  }
}

function bigText(value: unknown): string | undefined {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return `[${value.map((element) => bigText(element) ?? 'null').join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  if (typeof value.toJSON === 'function') return bigText(value.toJSON());
  const fields = Object.entries(value).flatMap(([key, field]) => {
    const text = bigText(field);
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
  });
  return `{${fields.join(',')}}`;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= ZERO && code <= NINE;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
