/**
 * The access token: a JWT (RFC 7519, RFC 9068's `scope`) that the customer subgraph signs and the gateway verifies. Both
 * ends of it are here, so that they cannot disagree. Ed25519 is pinned: a token that names another algorithm is refused.
 */
import { type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { type Identity, permissionsOf, ROLES } from './identity.js';
import { ALGORITHM, type SigningKey } from './keys.js';

export const ACCESS_TOKEN_SECONDS = 15 * 60;

export interface TokenParties {
  readonly issuer: string;
  readonly audience: string;
}

/** Whom a token is for. */
export interface SignedIn extends Identity {
  readonly customerId: string;
  readonly sessionId: string;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Beyond the registered claims: `sid` (session), `roles` with their places, `scope` (every permission held somewhere). */
const claimsSchema = z.object({
  sub: z.string(),
  sid: z.string(),
  exp: z.number(),
  roles: z.array(
    z.object({ role: z.enum(ROLES), outletId: z.string().nullable(), franchiseId: z.string().nullable() }),
  ),
});

export async function signAccessToken(
  { privateKey, kid }: SigningKey,
  { issuer, audience }: TokenParties,
  signedIn: SignedIn,
): Promise<AccessToken> {
  const issuedAt = Math.floor(Date.now() / 1_000);
  const expires = issuedAt + ACCESS_TOKEN_SECONDS;
  const token = await new SignJWT({
    sid: signedIn.sessionId,
    roles: signedIn.roles,
    scope: permissionsOf(signedIn).join(' '),
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

/** @throws when the token is forged, expired, signed otherwise, or meant for somebody else. */
export async function verifyAccessToken(
  keys: JWTVerifyGetKey,
  { issuer, audience }: TokenParties,
  token: string,
): Promise<SignedIn & { readonly expiresAt: Date }> {
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience,
    algorithms: [ALGORITHM],
    typ: 'at+jwt',
  });
  const { sub, sid, exp, roles } = claimsSchema.parse(payload);
  return { customerId: sub, sessionId: sid, roles, expiresAt: new Date(exp * 1_000) };
}
