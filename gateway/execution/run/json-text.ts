/** Pieces of JSON text, made without an object to stringify. */
import { exactJsonText } from '../../../platform/exact-json.js';

// Anything but what stands for itself: quotes, backslashes and control characters are escaped, and so are surrogates
// where they stand alone.
const ESCAPED = /[^\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\uffff]/;

export function quote(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** The text of any value that came from JSON or from a resolver; `null` for what JSON does not know. */
export function jsonText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return String(value);
    default:
      return exactJsonText(value) ?? 'null';
  }
}
