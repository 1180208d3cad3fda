/** A client's connection over WebSocket, its caller and its language. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type Caller, isFieldValue } from '../pipeline/caller.js';
import type { ClientSocket } from './client-socket.js';
import type { Stream } from './stream.js';

export interface Connection {
  readonly socket: ClientSocket;
  /** The HTTP request that was upgraded. */
  readonly request: IncomingMessage;
  /** Of that request, with what `connection_init` said in their place. */
  headers: IncomingHttpHeaders;
  /** Set once the connection is acknowledged. */
  caller?: Caller;
  /** Stops waiting for the end of what the caller's token says. */
  stopFollowing?: () => void;
  /** Those that are open. */
  readonly streams: Set<Stream>;
  /** The renewals by the client that are under way: they take effect in their order. */
  renewals: Promise<unknown>;
}

/**
 * The authorization in the payload of `connection_init`, or of a `ping`: `{ authorization }`, or `{ headers: { authorization } }` from clients that
 * copy their HTTP headers; the name in any case.
 */
export function authorizationOf(payload: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return textIn(payload, AUTHORIZATION) ?? textIn(payload?.headers, AUTHORIZATION);
}

/**
 * The `acceptLanguage` in the payload of `connection_init`, or the `accept-language` in its `headers`; the names in any case. One that no
 * header could hold counts as absent.
 */
export function acceptLanguageOf(payload: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const given = textIn(payload, ACCEPT_LANGUAGE) ?? textIn(payload?.headers, ACCEPT_LANGUAGE);
  return given !== undefined && isFieldValue(given) ? given : undefined;
}

const AUTHORIZATION: ReadonlySet<string> = new Set(['authorization']);
const ACCEPT_LANGUAGE: ReadonlySet<string> = new Set(['acceptlanguage', 'accept-language']);

/** @param names in lower case. */
function textIn(fields: unknown, names: ReadonlySet<string>): string | undefined {
  if (typeof fields !== 'object' || fields === null) return undefined;
  const [, value] = Object.entries(fields).find(([name]) => names.has(name.toLowerCase())) ?? [];
  return typeof value === 'string' ? value : undefined;
}

export function callerOfConnection({ caller }: Connection): Caller {
  if (caller === undefined) throw new TypeError('An operation needs an acknowledged connection');
  return caller;
}
