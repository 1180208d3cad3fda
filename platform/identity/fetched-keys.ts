/**
 * The keys of an issuer elsewhere. They are fetched at once, again when a token names an unknown key, and every ten minutes
 * while tokens arrive. The last ones fetched are used for as long as no others can be fetched, so that an issuer that is
 * away, or hangs, locks out no caller who is signed in.
 */
import {
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { pinnedKeys } from './pinned-keys.js';

const ANSWER_MILLISECONDS = 2_000;
const REFRESH_MILLISECONDS = 10 * 60_000;

export interface FetchedKeysOptions {
  readonly url: URL;
  /** Default: the monotonic clock. */
  readonly now?: () => number;
}

/** The function returned throws where the key of a token is unknown, and cannot be fetched within two seconds. */
export function fetchedKeys({ url, now = () => performance.now() }: FetchedKeysOptions): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: ANSWER_MILLISECONDS,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [customFetch]: fetchPinned,
  });
  let fetchedAt = now();
  const refresh = () => {
    fetchedAt = now();
    keys.reload().catch(() => undefined);
  };
  refresh();
  return (header, token) => {
    if (now() - fetchedAt > REFRESH_MILLISECONDS) refresh();
    return keys(header, token);
  };
}

const fetchPinned: FetchImplementation = async (url, options) => {
  const response = await fetch(url, options);
  if (!response.ok) return response;
  const keySet: Partial<JSONWebKeySet> = JSON.parse(await response.text());
  return Response.json(pinnedKeys(keySet));
};
