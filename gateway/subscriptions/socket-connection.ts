/** A client's connection, its caller, and the end of its token. */
import type { IncomingMessage } from 'node:http';
import { CloseCode } from 'graphql-ws';
import type { Caller } from '../pipeline/caller.js';
import type { ClientSocket } from './client-socket.js';

export interface Connection {
  readonly socket: ClientSocket;
  /** The HTTP request that became the socket. */
  readonly request: IncomingMessage;
  /** Set once the connection is acknowledged. */
  caller?: Caller;
  expiry?: NodeJS.Timeout;
}

const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/**
 * The authorization in the payload of `connection_init`: `{ authorization }`, or `{ headers: { authorization } }` as clients
 * send it that copy their HTTP headers, the name in any case.
 */
export function authorizationOf(payload: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return authorizationIn(payload) ?? authorizationIn(payload?.headers);
}

function authorizationIn(fields: unknown): string | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  const [, value] = Object.entries(fields).find(([name]) => name.toLowerCase() === 'authorization') ?? [];
  return typeof value === 'string' ? value : undefined;
}

export function callerOfConnection({ caller }: Connection): Caller {
  if (caller === undefined) throw new TypeError('An operation needs an acknowledged connection');
  return caller;
}

/** A client with a newer token reconnects, as graphql-ws does by itself. */
export function closeOnExpiry(connection: Connection, expiresAt: number): void {
  if (!Number.isFinite(expiresAt) || !connection.socket.isOpen) return;
  const wait = Math.min(Math.max(0, expiresAt - Date.now()), LONGEST_TIMER_MILLISECONDS);
  connection.expiry = setTimeout(() => {
    connection.socket.close(CloseCode.Forbidden, 'The access token has expired');
  }, wait);
}
