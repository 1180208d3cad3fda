/**
 * Sessions and their refresh tokens. A token is exchanged once. The same token may be exchanged again within a short grace, for
 * tabs that refresh at the same time; later, or once one of its successors has been exchanged, it was stolen or its successor
 * was, and the whole session ends.
 */

const DAY_MILLISECONDS = 24 * 60 * 60 * 1_000;
/** A session without a refresh for so long is over. */
const IDLE_MILLISECONDS = 30 * DAY_MILLISECONDS;
/** A session is over after so long, however much it is used. */
const LIFE_MILLISECONDS = 90 * DAY_MILLISECONDS;

export const REUSE_GRACE_MILLISECONDS = 10_000;

export interface OpenedSession {
  readonly sessionId: string;
  readonly customerId: string;
  readonly refreshToken: string;
}

/** What identifies a session: its id, or one of its refresh tokens. */
export type SessionName = { readonly sessionId: string } | { readonly refreshToken: string };

export interface PresentedToken {
  readonly usedAt: Date;
  /** Whether a token issued since has been exchanged. */
  readonly isSuccessorUsed: boolean;
}

export function isWithinGrace({ usedAt, isSuccessorUsed }: PresentedToken, now: Date): boolean {
  return !isSuccessorUsed && now.getTime() - usedAt.getTime() < REUSE_GRACE_MILLISECONDS;
}

interface Term {
  readonly expiresAt: Date;
  readonly session: { readonly expiresAt: Date; readonly endedAt: Date | null };
}

/** Whether a token, or its session, has ended. */
export function isOver({ expiresAt, session }: Term, now: Date): boolean {
  return session.endedAt !== null || session.expiresAt <= now || expiresAt <= now;
}

export function sessionEnd(now: Date): Date {
  return new Date(now.getTime() + LIFE_MILLISECONDS);
}

export function tokenEnd(now: Date, sessionExpiresAt: Date): Date {
  return new Date(Math.min(now.getTime() + IDLE_MILLISECONDS, sessionExpiresAt.getTime()));
}
