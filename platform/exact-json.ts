/**
 * JSON without loss of digits: integers that a double cannot hold are read as BigInt and written as the digits they had.
 * Text without such an integer is read at the speed of `JSON.parse`.
 */
import { randomUUID } from 'node:crypto';

/** Integers of fewer digits are always safe. */
const SAFE_DIGITS = 15;
const [ZERO, NINE] = [0x30, 0x39];

/** A string that is not closed ends with the text, so that each character is looked at once whatever the text is. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
/** Of more digits than anybody means, whose conversion takes long, it is what `JSON.parse` makes of it. */
const INTEGER = /^-?[1-9]\d{0,999}$/;
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

/** Replaces marked integers in place. Does not recurse: a client decides how deeply its JSON nests. */
function reviveIntegers(value: unknown): unknown {
  if (typeof value === 'string') return integerOf(value) ?? value;
  const pending = [value];
  for (let container = pending.pop(); container !== undefined; container = pending.pop()) {
    if (Array.isArray(container)) {
      for (const [index, element] of container.entries()) {
        if (typeof element === 'string') container[index] = integerOf(element) ?? element;
        else if (typeof element === 'object' && element !== null) pending.push(element);
      }
    } else if (isJsonObject(container)) {
      for (const key of Object.keys(container)) {
        const field = container[key];
        if (typeof field === 'string') container[key] = integerOf(field) ?? field;
        else if (typeof field === 'object' && field !== null) pending.push(field);
      }
    }
  }
  return value;
}

function integerOf(text: string): bigint | undefined {
  return text.startsWith(MARK) ? BigInt(text.slice(MARK.length)) : undefined;
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
  if (!isJsonObject(value)) return JSON.stringify(value);
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

export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
