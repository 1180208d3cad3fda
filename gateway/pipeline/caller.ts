/** Identifies the caller of a request or a socket, once, by its `authorization`. */
import { errors } from 'jose';
import { ErrorCode } from '../../platform/errors.js';
import type { TokenVerifier, VerifiedToken } from '../../platform/identity/access-token.js';
import { ANONYMOUS, type Identity } from '../../platform/identity/identity.js';
import { Refusal } from './refusal.js';

export interface Caller extends Omit<VerifiedToken, 'identity'> {
  readonly identity: Identity;
  readonly isSignedIn: boolean;
  /** As the client sent it, for subgraphs that verify it themselves. */
  readonly authorization: string | undefined;
  /** The client's address, which limits count by. */
  readonly address: string;
}

const NOBODY = {
  identity: ANONYMOUS,
  isSignedIn: false,
  scopes: new Set<string>(),
  expiresAt: Number.POSITIVE_INFINITY,
};

const KEYS_UNAVAILABLE = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

const BEARER = /^Bearer +(\S+)$/i;

/** RFC 9110's field-value: a string from `connection_init` may be none, and could not be sent upstream as a header. */
const FIELD_VALUE = /^[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;
/** Node's own bound on all headers of a request. */
const LONGEST_FIELD_VALUE = 16 * 2 ** 10;

/** A caller who is not signed in, and sends no authorization. */
export function anonymousAt(address: string): Caller {
  return { ...NOBODY, authorization: undefined, address };
}

/** Without a verifier, and without a token, the caller is anonymous. @throws Refusal for a token that is invalid. */
export async function callerOf(
  verifier: TokenVerifier | undefined,
  authorization: string | undefined,
  address: string,
): Promise<Caller> {
  if (authorization === undefined || authorization === '') return anonymousAt(address);
  if (authorization.length > LONGEST_FIELD_VALUE || !FIELD_VALUE.test(authorization)) throw invalidToken();
  if (verifier === undefined) return { ...NOBODY, authorization, address };
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw invalidToken();
  try {
    const { identity, scopes, expiresAt } = await verifier.verify(token);
    return { identity, isSignedIn: true, scopes, expiresAt, authorization, address };
  } catch (error) {
    throw isUndecided(error) ? keysUnavailable() : invalidToken();
  }
}

/** The keys could not be fetched, which says nothing about the token. */
function isUndecided(error: unknown): boolean {
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
