/** Whom a request or a socket speaks for, found out once from its `authorization`. */
import { ErrorCode } from '../../platform/errors.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { Refusal } from '../operations/refusal.js';
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

const BEARER = /^Bearer +(\S+)$/i;

/** Without a verifier, and without a token, the caller is nobody. @throws Refusal for a token that is not good. */
export async function callerOf(
  verifier: TokenVerifier | undefined,
  authorization: string | undefined,
  address: string,
): Promise<Caller> {
  if (authorization === undefined || authorization === '' || verifier === undefined) {
    return { ...NOBODY, authorization: authorization || undefined, address };
  }
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) throw invalidToken();
  try {
    return { ...(await verifier.verify(token)), authorization, address };
  } catch {
    throw invalidToken();
  }
}

function invalidToken(): Refusal {
  return Refusal.of(ErrorCode.UNAUTHENTICATED, 'The access token is invalid or has expired', { status: 401 });
}
