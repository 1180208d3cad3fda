/**
 * Verifies access tokens: signed with an asymmetric key of the issuer by a pinned algorithm, for this audience, not
 * expired. A token seen before is not verified again for half a minute. A key that its issuer withdraws counts until the
 * keys are fetched again (fetched-keys.ts).
 */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { fetchedKeys } from '../../platform/identity/fetched-keys.js';
import { type Identity, ROLES } from '../../platform/identity/identity.js';

export interface SignInOptions {
  /** The issuer's keys, or where to fetch them. */
  readonly keys: JSONWebKeySet | URL;
  readonly issuer: string;
  readonly audience: string;
}

/** Whom a token speaks for. */
export interface Verified {
  readonly identity: Identity;
  readonly isSignedIn: boolean;
  readonly scopes: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface TokenVerifier {
  /** @throws for what is not a good token now. */
  verify(token: string): Promise<Verified>;
}

const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'];
const REUSE_MILLISECONDS = 30_000;

const rolesSchema = z.array(
  z.object({ role: z.enum(ROLES), outletId: z.string().nullable(), franchiseId: z.string().nullable() }),
);

export function tokenVerifier({ keys, issuer, audience }: SignInOptions): TokenVerifier {
  const keySet = keys instanceof URL ? fetchedKeys({ url: keys }) : createLocalJWKSet(keys);
  const known = new LRUCache<string, Verified>({ max: 20_000, ttlResolution: 1_000 });
  return {
    async verify(token) {
      const seen = known.get(token);
      if (seen !== undefined && seen.expiresAt > Date.now()) return seen;
      const { payload } = await jwtVerify(token, keySet, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
      });
      const verified = verifiedOf(payload);
      known.set(token, verified, { ttl: REUSE_MILLISECONDS });
      return verified;
    },
  };
}

function verifiedOf(payload: JWTPayload): Verified {
  const { sub, sid, roles, scope, exp = 0 } = payload;
  if (typeof sub !== 'string' || sub === '') {
    throw new errors.JWTClaimValidationFailed('"sub" names nobody', payload, 'sub', 'invalid');
  }
  return {
    identity: {
      customerId: sub,
      ...(typeof sid === 'string' ? { sessionId: sid } : {}),
      roles: rolesSchema.safeParse(roles).data ?? [],
    },
    isSignedIn: true,
    scopes: new Set(scopesOf(scope)),
    expiresAt: exp * 1_000,
  };
}

/** RFC 9068: one string with spaces between; some issuers send a list. */
function scopesOf(scope: unknown): string[] {
  if (typeof scope === 'string') return scope.split(' ').filter((one) => one !== '');
  return Array.isArray(scope) ? scope.map(String) : [];
}
