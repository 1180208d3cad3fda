/**
 * The signed identity that the gateway sends to a remote subgraph: a JWT (RFC 7519, HS256 pinned) for that subgraph alone,
 * valid for a minute, and two more for clocks that differ. Requests without one are refused. It also says the language that the caller prefers, and with a mutation where the
 * request came from.
 */
import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { LANGUAGES, type Language } from '../language/language.js';
import { type Identity, ROLES } from './identity.js';
import type { Origin } from './origin.js';

const ISSUER = 'kedai-gateway';
const LIFE_SECONDS = 60;
const REUSE_MILLISECONDS = 30_000;
const CLOCK_TOLERANCE_SECONDS = 120;

const claimsSchema = z.object({
  sub: z.string().optional(),
  sid: z.string().optional(),
  roles: z.array(
    z.object({ role: z.enum(ROLES), outletId: z.string().nullable(), franchiseId: z.string().nullable() }),
  ),
  origin: z.object({ address: z.string(), userAgent: z.string().nullable() }).optional(),
  // A gateway of a later release may know more of them.
  language: z.enum(LANGUAGES).optional().catch(undefined),
});

/** On whose behalf the gateway sends a request. */
export interface SignedCaller {
  readonly identity: Identity;
  readonly origin?: Origin | undefined;
  /** That the caller prefers; undefined where the client does not say. */
  readonly language?: Language | undefined;
}

export interface SubgraphTokens {
  sign(identity: Identity, subgraph: string, details?: Omit<SignedCaller, 'identity'>): Promise<string>;
  /** @throws when the token is missing, forged, expired or meant for another subgraph. */
  verify(token: string, subgraph: string): Promise<SignedCaller>;
}

export function subgraphTokens(secret: string): SubgraphTokens {
  const key = new TextEncoder().encode(secret);
  const signed = new LRUCache<string, string>({ max: 10_000, ttl: REUSE_MILLISECONDS });
  const verified = new LRUCache<string, SignedCaller>({ max: 10_000, ttl: REUSE_MILLISECONDS });

  return {
    async sign(identity, subgraph, { origin, language } = {}) {
      const caller = `${subgraph}\n${language ?? ''}\n${JSON.stringify(identity)}`;
      const cacheKey = origin === undefined ? caller : `${caller}\n${JSON.stringify(origin)}`;
      const known = signed.get(cacheKey);
      if (known !== undefined) return known;
      const jwt = new SignJWT({ sid: identity.sessionId, roles: identity.roles, origin, language })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer(ISSUER)
        .setAudience(subgraph)
        .setIssuedAt()
        .setExpirationTime(`${LIFE_SECONDS}s`);
      if (identity.customerId !== null) jwt.setSubject(identity.customerId);
      const token = await jwt.sign(key);
      signed.set(cacheKey, token);
      return token;
    },
    async verify(token, subgraph) {
      const cacheKey = `${subgraph}\n${token}`;
      const known = verified.get(cacheKey);
      if (known !== undefined) return known;
      const { payload } = await jwtVerify(token, key, {
        issuer: ISSUER,
        audience: subgraph,
        algorithms: ['HS256'],
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
      });
      const { sub, sid, roles, origin, language } = claimsSchema.parse(payload);
      const identity: Identity = { customerId: sub ?? null, roles, ...(sid && { sessionId: sid }) };
      const expiresIn = (payload.exp ?? 0) * 1_000 - Date.now();
      const caller: SignedCaller = { identity, origin, language };
      if (expiresIn > 0) verified.set(cacheKey, caller, { ttl: Math.min(REUSE_MILLISECONDS, expiresIn) });
      return caller;
    },
  };
}
