/**
 * Pins every key of a JWKS to one algorithm: the one that it names, or else the usual one of its type. A token that names
 * another algorithm finds no key then. Keys that do not verify signatures, and symmetric ones, are left out.
 */
import type { JSONWebKeySet, JWK } from 'jose';

export const PINNED_ALGORITHMS: ReadonlySet<string> = new Set([
  'EdDSA',
  'Ed25519',
  'ES256',
  'ES384',
  'ES512',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
]);

const USUAL_ALGORITHMS: Readonly<Record<string, string>> = {
  Ed25519: 'EdDSA',
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
};

/** What is no list of keys has none. */
export function pinnedKeys({ keys }: Partial<JSONWebKeySet>): JSONWebKeySet {
  if (!Array.isArray(keys)) return { keys: [] };
  return {
    keys: keys.flatMap((key) => {
      const alg = algorithmOf(key);
      const isUsable = alg !== undefined && PINNED_ALGORITHMS.has(alg) && (key.use ?? 'sig') === 'sig';
      return isUsable ? [{ ...key, alg }] : [];
    }),
  };
}

function algorithmOf({ alg, kty, crv = '' }: JWK): string | undefined {
  if (alg !== undefined) return alg;
  return kty === 'RSA' ? 'RS256' : USUAL_ALGORITHMS[crv];
}
