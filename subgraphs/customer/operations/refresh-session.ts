/** Exchanges a refresh token for a new session of the same sign-in, as `domain/session.ts` rules. */
import { UserFault } from '../../../platform/errors.js';
import type { Origin } from '../../../platform/identity/origin.js';
import type { Context } from '../context.js';
import { isOver, isWithinGrace, type OpenedSession } from '../domain/session.js';
import type { Transaction } from '../store/database.js';
import {
  findRefreshToken,
  insertRefreshToken,
  isSuccessorUsed,
  type RefreshTokenRecord,
  updateSessionEnded,
  updateSessionUsed,
  updateTokenUsed,
} from '../store/sessions.js';
import { isDemoAccount } from './demo-accounts.js';
import { type Session, signedSession } from './session.js';

/** @throws UserFault SESSION_ENDED for a token that is unknown or was exchanged before, and for a session that is over. */
export async function refreshSession(context: Context, refreshToken: string): Promise<Session> {
  const token = refreshToken.trim();
  const opened = await context.ownDatabase.work(context.cause, ({ tx }) =>
    exchange(tx, token, context.origin),
  );
  if (opened === null || (!context.hasDemo && isDemoAccount(opened.customerId)))
    throw UserFault.of('SESSION_ENDED', 'This session is over: sign in again', ['refreshToken']);
  return signedSession(context, opened);
}

async function exchange(
  tx: Transaction,
  refreshToken: string,
  origin: Origin | undefined,
): Promise<OpenedSession | null> {
  const now = new Date();
  const isFirst = await updateTokenUsed(tx, refreshToken, now);
  const token = await findRefreshToken(tx, refreshToken);
  if (token === null) return null;
  const { session } = token;
  if (!isFirst && !(await isTolerated(tx, token, now))) {
    await updateSessionEnded(tx, session.id, 'TOKEN_REUSED');
    return null;
  }
  if (isOver(token, now)) return null;
  await updateSessionUsed(tx, session.id, origin, now);
  return {
    sessionId: session.id,
    customerId: session.customerId,
    refreshToken: await insertRefreshToken(tx, session, now),
  };
}

/** Whether a token that was exchanged may be presented again. */
export async function isTolerated(
  tx: Transaction,
  { usedAt, session }: RefreshTokenRecord,
  now: Date,
): Promise<boolean> {
  if (usedAt === null) return false;
  return isWithinGrace({ usedAt, isSuccessorUsed: await isSuccessorUsed(tx, session.id, usedAt) }, now);
}
