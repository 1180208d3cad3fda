/** Identifies the caller of a request or a socket by its `authorization`. */
import type { IncomingMessage } from 'node:http';
import { errors } from 'jose';
import { ErrorCode } from '../../platform/errors.js';
import type { TokenVerifier, VerifiedToken } from '../../platform/identity/access-token.js';
import { ANONYMOUS, type Identity } from '../../platform/identity/identity.js';
import { Refusal } from './refusal.js';

export interface Caller extends Omit<VerifiedToken, 'identity'> {
  readonly identity: Identity;
  readonly isSignedIn: boolean;
  /** As the client sent it: subgraphs may verify it themselves. */
  readonly authorization: string | undefined;
  /** The client's address, by which limits are counted. */
  readonly address: string;
  /** How a caller by a browser's cookie goes on. Undefined: the caller has sent an access token, or nothing. */
  readonly session?: CallerSession;
}

export interface CallerSession {
  /** When the next access token is due, in milliseconds since the epoch. */
  readonly renewFrom: number;
  /**
   * The caller by the access token that the session has by then; undefined where the session is over. While that cannot be found out, an
   * anonymous one that is `isUnconfirmed`.
   */
  next(): Promise<Caller | undefined>;
}

/** The caller of a request, with an `authorization` that came by it. @throws Refusal for an invalid token. */
export type IdentifyCaller = (request: IncomingMessage, authorization: string | undefined) => Promise<Caller>;

const SIGNED_OUT = {
  identity: ANONYMOUS,
  isSignedIn: false,
  scopes: new Set<string>(),
  expiresAt: Number.POSITIVE_INFINITY,
};

const KEYS_UNAVAILABLE = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

const BEARER = /^Bearer +(\S+)$/i;

/** RFC 9110's field-value: any other string in `connection_init` could not be sent upstream as a header. */
const FIELD_VALUE = /^[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;
/** Node's own limit for all headers of a request. */
const LONGEST_FIELD_VALUE = 16 * 2 ** 10;

/** Whether a text that came otherwise could be sent as the value of a header. */
export function isFieldValue(text: string): boolean {
  return text.length <= LONGEST_FIELD_VALUE && FIELD_VALUE.test(text);
}

/** A caller without an `authorization`. */
export function anonymousAt(address: string): Caller {
  return { ...SIGNED_OUT, authorization: undefined, address };
}

/** The caller is anonymous without a token or without a verifier. @throws Refusal for an invalid token. */
export async function callerOf(
  verifier: TokenVerifier | undefined,
  authorization: string | undefined,
  address: string,
): Promise<Caller> {
  if (authorization === undefined || authorization === '') return anonymousAt(address);
  if (!isFieldValue(authorization)) throw invalidToken();
  if (verifier === undefined) return { ...SIGNED_OUT, authorization, address };
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw invalidToken();
  try {
    return { ...(await verifier.verify(token)), isSignedIn: true, authorization, address };
  } catch (error) {
    throw isUnverifiable(error) ? keysUnavailable() : invalidToken();
  }
}

/** Whether the token could not be verified, such as when the issuer's keys cannot be fetched. */
export function isUnverifiable(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || KEYS_UNAVAILABLE.has(error.code);
}

function keysUnavailable(): Refusal {
  const message = 'Access tokens cannot be verified at the moment';
  return Refusal.of(ErrorCode.SUBGRAPH_UNAVAILABLE, message, {
    status: 503,
    headers: { 'retry-after': '1' },
  });
}

function invalidToken(): Refusal {
  return Refusal.of(ErrorCode.UNAUTHENTICATED, 'The access token is invalid or has expired', { status: 401 });
}
