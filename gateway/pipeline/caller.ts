/** Whom a request or a socket speaks for, found out once from its `authorization`. */
import { errors } from 'jose';
import { ErrorCode } from '../../platform/errors.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { Refusal } from './refusal.js';
import type { TokenVerifier, Verified } from './token.js';

export interface Caller extends Verified {
  /** As it came, for subgraphs that verify it themselves. */
  readonly authorization: string | undefined;
  /** Where the request came from, for limits. */
  readonly address: string;
}

const NOBODY: Verified = {
  identity: ANONYMOUS,
  isSignedIn: false,
  scopes: new Set(),
  expiresAt: Number.POSITIVE_INFINITY,
};

const KEYS_NOT_HAD = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']);

const BEARER = /^Bearer +(\S+)$/i;

/** RFC 9110's field-value: what can travel on as a header, which not all can that comes over a socket. */
const FIELD_VALUE = /^[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;
/** As much as Node takes of all headers together. */
const LONGEST_FIELD_VALUE = 16 * 2 ** 10;

/** Without a verifier, and without a token, the caller is nobody. @throws Refusal for a token that is not good. */
export async function callerOf(
  verifier: TokenVerifier | undefined,
  authorization: string | undefined,
  address: string,
): Promise<Caller> {
  if (authorization === undefined || authorization === '') {
    return { ...NOBODY, authorization: undefined, address };
  }
  if (authorization.length > LONGEST_FIELD_VALUE || !FIELD_VALUE.test(authorization)) throw invalidToken();
  if (verifier === undefined) return { ...NOBODY, authorization, address };
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw invalidToken();
  try {
    const { identity, isSignedIn, scopes, expiresAt } = await verifier.verify(token);
    return { identity, isSignedIn, scopes, expiresAt, authorization, address };
  } catch (error) {
    throw isUnknown(error) ? cannotTell() : invalidToken();
  }
}

/** The keys could not be had, which says nothing of the token. */
function isUnknown(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || KEYS_NOT_HAD.has(error.code);
}

function cannotTell(): Refusal {
  const told = 'Access tokens cannot be verified at the moment';
  return Refusal.of(ErrorCode.SUBGRAPH_UNAVAILABLE, told, { status: 503, headers: { 'retry-after': '1' } });
}

function invalidToken(): Refusal {
  return Refusal.of(ErrorCode.UNAUTHENTICATED, 'The access token is invalid or has expired', { status: 401 });
}
