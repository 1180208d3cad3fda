/**
 * The cursor of a stream: the transactions whose changes its reader has, as a snapshot of the database. What these do not include, a reader
 * that comes back has missed, and nothing else. It holds for as long as `live_change` keeps what changed, on the server that made it.
 */
import { ErrorCode, requestError } from '../errors.js';

export interface DatabaseMoment {
  /** A `pg_snapshot`. */
  readonly snapshot: string;
  /** By the database's clock. */
  readonly at: Date;
}

/** How long `live_change` keeps a change. */
export const KEPT_HOURS = 24;
/** Shorter, by far more than a transaction lasts. */
export const CURSOR_HOURS = 23;

const CURSOR = /^(\d{1,15})\/((\d{1,19}):(\d{1,19}):((?:\d{1,19}(?:,\d{1,19})*)?))$/;

export function cursorOf({ snapshot, at }: DatabaseMoment): string {
  return Buffer.from(`${at.getTime()}/${snapshot}`).toString('base64url');
}

/** @throws BAD_USER_INPUT for what is no cursor. */
export function momentOf(cursor: string): DatabaseMoment {
  const [, at, snapshot, first = '', end = '', running = ''] =
    CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  // The database refuses any other.
  const bounds = [first, ...(running === '' ? [] : running.split(',')), end].map(BigInt);
  const isSnapshot =
    BigInt(first) > 0n && bounds.every((each, place) => place === 0 || each >= (bounds[place - 1] ?? 0n));
  if (at === undefined || snapshot === undefined || !isSnapshot) {
    throw requestError(ErrorCode.BAD_USER_INPUT, 'after is not the cursor of an event of this stream');
  }
  return { snapshot, at: new Date(Number(at)) };
}

export function tooOld(): Error {
  return requestError(
    ErrorCode.BAD_USER_INPUT,
    'after is too old: subscribe without it, and forget what came before',
  );
}
