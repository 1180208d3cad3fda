/** A client's connection: who is at its other end, and how long that holds. */
import type { IncomingMessage } from 'node:http';
import { CloseCode } from 'graphql-ws';
import type { Caller } from '../pipeline/caller.js';
import type { ClientSocket } from './client-socket.js';

export interface Connection {
  readonly socket: ClientSocket;
  /** The HTTP request that became the socket. */
  readonly request: IncomingMessage;
  /** Known once the connection is acknowledged. */
  caller?: Caller;
  expiry?: NodeJS.Timeout;
}

const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/** In one place of `connection_init`, in either spelling. */
export function authorizationOf(
  connectionParams: Readonly<Record<string, unknown>> | undefined,
): string | undefined {
  const given = connectionParams?.authorization ?? connectionParams?.Authorization;
  return typeof given === 'string' ? given : undefined;
}

export function callerOfConnection({ caller }: Connection): Caller {
  if (caller === undefined) throw new TypeError('Nobody subscribes before the connection is acknowledged');
  return caller;
}

/** A client with a newer token connects anew; graphql-ws' does so by itself. */
export function closeOnExpiry(connection: Connection, expiresAt: number): void {
  if (!Number.isFinite(expiresAt) || !connection.socket.isOpen) return;
  const wait = Math.min(Math.max(0, expiresAt - Date.now()), LONGEST_TIMER_MILLISECONDS);
  connection.expiry = setTimeout(() => {
    connection.socket.close(CloseCode.Forbidden, 'The access token has expired');
  }, wait);
}
