/**
 * How connections of clients go on and end: with what their access token says, or with the session of a browser, whose access token is
 * renewed; and with time for the client to read what was written.
 */
import type { Caller, CallerSession } from '../pipeline/caller.js';
import type { Revocations } from '../pipeline/revocations.js';

/** The close code of a socket whose client should reconnect later. */
export const TRY_AGAIN_LATER = 1013;
/** How long a client has to read what was written before the end. */
export const GRACE_MILLISECONDS = 5_000;

const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
/** Between attempts to renew a session that cannot be looked up. */
const RETRY_MILLISECONDS = 2_000;

/**
 * Calls back at a moment, unless the returned function is called before.
 *
 * @param moment milliseconds since the epoch; infinite for never.
 */
function at(moment: number, call: () => void): () => void {
  if (!Number.isFinite(moment)) return () => {};
  const left = Math.max(0, moment - Date.now());
  const timer = setTimeout(call, Math.min(left, LONGEST_TIMER_MILLISECONDS));
  return () => clearTimeout(timer);
}

/** Why a connection ends: its token has expired or was revoked, or nothing confirms for now that it was not. */
export type CallerEnd = 'expired' | 'revoked' | 'unconfirmed';

export interface CallerListener {
  /** The session of a browser has its next access token, for the same person. */
  renewed(caller: Caller): void;
  /** What the caller's access token says holds no longer; called once. */
  ended(why: CallerEnd): void;
}

/** Follows a caller until the returned function is called, or the caller has ended. */
export function followCaller(
  caller: Caller,
  revocations: Revocations | undefined,
  { renewed, ended }: CallerListener,
): () => void {
  let isOver = false;
  let stop = watch(caller);

  function watch(current: Caller): () => void {
    const { session } = current;
    const stops = [
      at(current.expiresAt, () => end(session === undefined ? 'expired' : 'unconfirmed')),
      session === undefined
        ? () => {}
        : at(
            Math.max(session.renewFrom, Date.now() + RETRY_MILLISECONDS),
            () => void renew(current, session),
          ),
      watchRevocations(current, revocations, end),
    ];
    return () => {
      for (const each of stops) each();
    };
  }

  async function renew(before: Caller, session: CallerSession): Promise<void> {
    const next = await session.next();
    if (isOver) return;
    if (next === undefined) return end('revoked');
    if (next.isUnconfirmed) return end('unconfirmed');
    stop();
    stop = watch(next);
    if (next.authorization !== before.authorization) renewed(next);
  }

  function end(why: CallerEnd): void {
    if (isOver) return;
    isOver = true;
    stop();
    ended(why);
  }

  return () => {
    isOver = true;
    stop();
  };
}

function watchRevocations(
  caller: Caller,
  revocations: Revocations | undefined,
  end: (why: CallerEnd) => void,
): () => void {
  const { identity } = caller;
  const { customerId } = identity;
  if (revocations === undefined || customerId === null) return () => {};
  return revocations.watch({
    token: { ...caller, identity: { ...identity, customerId } },
    revoked: () => end('revoked'),
    unconfirmed: () => end('unconfirmed'),
  });
}
