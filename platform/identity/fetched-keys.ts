/**
 * The keys of an issuer elsewhere. They are fetched as soon as there is somebody to ask for them, anew when a token names
 * one that is not known, and every ten minutes while tokens come; those at hand serve for as long as no others can be had,
 * so that an issuer that is away or hangs keeps nobody out who is signed in.
 */
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';

const ANSWER_MILLISECONDS = 2_000;
const REFRESH_MILLISECONDS = 10 * 60_000;

export interface FetchedKeysOptions {
  readonly url: URL;
  /** Default: the monotonic clock. */
  readonly now?: () => number;
}

/** @returns the key of a token; it throws when none is known and none can be had within two seconds. */
export function fetchedKeys({ url, now = () => performance.now() }: FetchedKeysOptions): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: ANSWER_MILLISECONDS,
    cacheMaxAge: Number.POSITIVE_INFINITY,
  });
  let askedAt = now();
  const refresh = () => {
    askedAt = now();
    keys.reload().catch(() => undefined);
  };
  refresh();
  return (header, token) => {
    if (now() - askedAt > REFRESH_MILLISECONDS) refresh();
    return keys(header, token);
  };
}
