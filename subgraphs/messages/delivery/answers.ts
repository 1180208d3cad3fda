/** What an answer of somebody else's server says, for the records of its owner: nothing of the network inside. */
import { ReceiverRefused } from './receiver-address.js';

/** Of a status that is no success. */
export function refusalOf(status: number): string {
  const isRedirect = status >= 300 && status < 400;
  return isRedirect ? `Answered ${status}: redirects are not followed` : `Answered ${status}`;
}

/** Of either form of `Retry-After`: seconds, or a date. */
export function secondsOf(header: string | string[] | undefined): number | null {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - Date.now()) / 1_000));
}

/** Codes of errors that say nothing of a network but what its owner knows. */
export function failureOf(error: unknown): string {
  if (error instanceof ReceiverRefused) return error.message;
  if (!(error instanceof Error)) return 'The attempt failed';
  if (error.name === 'TimeoutError') return 'No answer in time';
  const code = 'code' in error ? String(error.code) : error.name;
  return `The attempt failed: ${code}`;
}
