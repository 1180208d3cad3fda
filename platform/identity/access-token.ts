/**
 * The access token: a JWT (RFC 9068) that the customer subgraph signs with Ed25519, or another issuer with a key of its own,
 * and that the gateway verifies: signed by a key of the issuer with that key's algorithm, for this audience, not expired, and
 * no token of another kind.
 */
import {
  createLocalJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
  SignJWT,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { fetchedKeys } from './fetched-keys.js';
import { type Identity, permissionsOf, ROLES } from './identity.js';
import { ALGORITHM, type SigningKey } from './keys.js';
import { PINNED_ALGORITHMS, pinnedKeys } from './pinned-keys.js';

/** No token may outlive what gateways remember of revocations. */
export const LONGEST_ACCESS_TOKEN_SECONDS = 15 * 60;
/** Of the claim `second_factor`. */
const MISSING = 'missing';

export interface TokenParties {
  readonly issuer: string;
  readonly audience: string;
}

/** Whom a token is for. */
export interface SignedIn extends Identity {
  readonly customerId: string;
  readonly sessionId: string;
  /** The number of the last revocation when the roles were read. Default 0. */
  readonly revocation?: number;
  /** Whether roles of the person are left out until a second factor is set. Default false. */
  readonly lacksSecondFactor?: boolean;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

const rolesSchema = z.array(
  z.object({ role: z.enum(ROLES), outletId: z.string().nullable(), franchiseId: z.string().nullable() }),
);

/**
 * Signs `sid` (the session), `roles` with their places, `scope` (every permission held somewhere), `rev` (the last revocation) and, where
 * roles wait for a second factor, `second_factor: "missing"`.
 */
export async function signAccessToken(
  { privateKey, kid }: SigningKey,
  { issuer, audience }: TokenParties,
  signedIn: SignedIn,
  lifeSeconds: number = LONGEST_ACCESS_TOKEN_SECONDS,
): Promise<AccessToken> {
  const issuedAt = Math.floor(Date.now() / 1_000);
  const expires = issuedAt + lifeSeconds;
  const token = await new SignJWT({
    sid: signedIn.sessionId,
    roles: signedIn.roles,
    scope: permissionsOf(signedIn).join(' '),
    rev: signedIn.revocation ?? 0,
    ...(signedIn.lacksSecondFactor === true && { second_factor: MISSING }),
  })
    .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(signedIn.customerId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expires)
    .sign(privateKey);
  return { token, expiresAt: new Date(expires * 1_000) };
}

/** Whom a token identifies. */
export interface VerifiedToken {
  readonly identity: Identity & { readonly customerId: string };
  readonly scopes: ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  /** The number of the last revocation that was known when the token was signed; left out by other issuers. */
  readonly revocation?: number;
  /** Whether nothing confirms that the roles of the token still hold: they are left out. Default: they hold. */
  readonly isUnconfirmed?: boolean;
  /** Whether roles were left out until a second factor is set. Default false. */
  readonly lacksSecondFactor?: boolean;
}

export interface TokenVerifier {
  /** @throws for a token that is not valid now. */
  verify(token: string): Promise<VerifiedToken>;
}

export interface TokenRules extends TokenParties {
  /**
   * Whether a token has to say that it is an access token (`typ: at+jwt`), as Kedai's own do. Default: one that says nothing,
   * or `JWT` as many issuers write, is accepted as well; one of another type never is.
   */
  readonly requiresType?: boolean | undefined;
  /** The time by which tokens expire, in milliseconds since the epoch. Default: the system clock. */
  readonly now?: (() => number) | undefined;
}

export interface TokenVerifierOptions extends TokenRules {
  /** The issuer's keys, or where to fetch them. */
  readonly keys: JSONWebKeySet | URL;
}

const TYPE = 'at+jwt';
const ACCEPTED_TYPES: readonly unknown[] = [undefined, 'jwt', TYPE, `application/${TYPE}`];
const REUSE_MILLISECONDS = 30_000;
const MAXIMUM_CACHED = 20_000;

/**
 * Verifies tokens; one that was verified is not verified again for half a minute. A key that its issuer withdraws is accepted
 * until the keys are fetched again (fetched-keys.ts).
 */
export function tokenVerifier({ keys, ...rules }: TokenVerifierOptions): TokenVerifier {
  const keySet = keys instanceof URL ? fetchedKeys({ url: keys }) : createLocalJWKSet(pinnedKeys(keys));
  const cache = new LRUCache<string, VerifiedToken>({ max: MAXIMUM_CACHED, ttlResolution: 1_000 });
  const { now = Date.now } = rules;
  return {
    async verify(token) {
      const cached = cache.get(token);
      if (cached !== undefined && cached.expiresAt > now()) return cached;
      const verified = await verifyAccessToken(keySet, rules, token);
      cache.set(token, verified, { ttl: REUSE_MILLISECONDS });
      return verified;
    },
  };
}

/** @param keys of which each is pinned to one algorithm. @throws when the token is not valid. */
export async function verifyAccessToken(
  keys: JWTVerifyGetKey,
  { issuer, audience, requiresType = false, now = Date.now }: TokenRules,
  token: string,
): Promise<VerifiedToken> {
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms: [...PINNED_ALGORITHMS],
    requiredClaims: ['exp', 'sub'],
    currentDate: new Date(now()),
    ...(requiresType ? { typ: TYPE } : {}),
  });
  if (!ACCEPTED_TYPES.includes(protectedHeader.typ?.toLowerCase())) {
    throw new errors.JWTClaimValidationFailed('The token is no access token', payload, 'typ', 'check_failed');
  }
  return verifiedOf(payload);
}

function verifiedOf(payload: JWTPayload): VerifiedToken {
  const { sub, sid, roles, scope, rev, second_factor: secondFactor, exp = 0 } = payload;
  if (typeof sub !== 'string' || sub === '') {
    throw new errors.JWTClaimValidationFailed('The subject is empty', payload, 'sub', 'invalid');
  }
  return {
    identity: {
      customerId: sub,
      ...(typeof sid === 'string' ? { sessionId: sid } : {}),
      roles: rolesSchema.safeParse(roles).data ?? [],
    },
    scopes: new Set(scopesOf(scope)),
    expiresAt: exp * 1_000,
    ...(typeof rev === 'number' ? { revocation: rev } : {}),
    ...(secondFactor === MISSING ? { lacksSecondFactor: true } : {}),
  };
}

/** RFC 9068: one string with spaces between; some issuers send a list. */
function scopesOf(scope: unknown): string[] {
  if (typeof scope === 'string') return scope.split(' ').filter((one) => one !== '');
  return Array.isArray(scope) ? scope.map(String) : [];
}
