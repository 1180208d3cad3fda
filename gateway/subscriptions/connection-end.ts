/** How connections of clients end: with what their access token says, and with time for the client to read what was written. */
import type { Caller } from '../pipeline/caller.js';
import type { Revocations } from '../pipeline/revocations.js';

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
function onExpiry(expiresAt: number, expire: () => void): () => void {
  if (!Number.isFinite(expiresAt)) return () => {};
  const left = Math.max(0, expiresAt - Date.now());
  const timer = setTimeout(expire, Math.min(left, LONGEST_TIMER_MILLISECONDS));
  return () => clearTimeout(timer);
}

/** Why a connection ends: its token has expired or was revoked, or nothing confirms for now that it was not. */
export type CallerEnd = 'expired' | 'revoked' | 'unconfirmed';

/** Calls back once when what a caller's access token says holds no longer, unless the returned function is called before. */
export function onCallerEnd(
  caller: Caller,
  revocations: Revocations | undefined,
  end: (why: CallerEnd) => void,
): () => void {
  const stop = () => {
    stopExpiry();
    stopWatching?.();
  };
  const endBy = (why: CallerEnd) => () => {
    stop();
    end(why);
  };
  const stopExpiry = onExpiry(caller.expiresAt, endBy('expired'));
  const { identity } = caller;
  const { customerId } = identity;
  const stopWatching =
    customerId === null
      ? undefined
      : revocations?.watch({
          token: { ...caller, identity: { ...identity, customerId } },
          revoked: endBy('revoked'),
          unconfirmed: endBy('unconfirmed'),
        });
  return stop;
}
