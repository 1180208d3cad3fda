/** How connections of clients end: with their access token, and with time for the client to read what was written. */

/** The close code of a socket whose client should reconnect later. */
export const TRY_AGAIN_LATER = 1013;
/** How long a client has to read what was written before the end. */
export const GRACE_MILLISECONDS = 5_000;

const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/**
 * Calls back when an access token expires, unless the returned function is called before.
 *
 * @param expiresAt milliseconds since the epoch; infinite for a caller without a token.
 */
export function onExpiry(expiresAt: number, expire: () => void): () => void {
  if (!Number.isFinite(expiresAt)) return () => {};
  const left = Math.max(0, expiresAt - Date.now());
  const timer = setTimeout(expire, Math.min(left, LONGEST_TIMER_MILLISECONDS));
  return () => clearTimeout(timer);
}
