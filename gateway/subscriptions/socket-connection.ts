/** A client's connection over WebSocket and its caller. */
import type { IncomingMessage } from 'node:http';
import type { Caller } from '../pipeline/caller.js';
import type { ClientSocket } from './client-socket.js';

export interface Connection {
  readonly socket: ClientSocket;
  /** The HTTP request that was upgraded. */
  readonly request: IncomingMessage;
  /** Set once the connection is acknowledged. */
  caller?: Caller;
  /** Stops waiting for the end of what the caller's token says. */
  stopWaiting?: () => void;
}

/**
 * The authorization in the payload of `connection_init`: `{ authorization }`, or `{ headers: { authorization } }` from clients that
 * copy their HTTP headers; the name in any case.
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
