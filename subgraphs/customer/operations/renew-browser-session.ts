/**
 * Signs the next access token of the session that a browser has in its cookie, by a refresh token that is not exchanged: any number of
 * gateways may renew a session at once. A token that was exchanged all the same left the cookie, so it is treated as `domain/session.ts`
 * rules for one that comes back.
 */
import type { Context } from '../context.js';
import { isOver, type OpenedSession } from '../domain/session.js';
import type { Transaction } from '../store/database.js';
import {
  findRefreshToken,
  updateSessionEnded,
  updateSessionUsed,
  updateTokenExtended,
} from '../store/sessions.js';
import { isDemoAccount } from './demo-accounts.js';
import { isTolerated } from './refresh-session.js';
import { type Session, signedSession } from './session.js';

/** Null where the session is over, or the token unknown. */
export async function renewBrowserSession(context: Context, refreshToken: string): Promise<Session | null> {
  const { ownDatabase, cause, origin, hasDemo } = context;
  const renewed = await ownDatabase.work(cause, async ({ tx }) => {
    const opened = await renew(tx, refreshToken);
    if (opened !== null) await updateSessionUsed(tx, opened.sessionId, origin, new Date());
    return opened;
  });
  if (renewed === null || (!hasDemo && isDemoAccount(renewed.customerId))) return null;
  return signedSession(context, renewed);
}

async function renew(tx: Transaction, refreshToken: string): Promise<OpenedSession | null> {
  const now = new Date();
  const token = await findRefreshToken(tx, refreshToken);
  if (token === null) return null;
  const { session } = token;
  if (token.usedAt !== null) {
    if (!(await isTolerated(tx, token, now))) await updateSessionEnded(tx, session.id, 'TOKEN_REUSED');
    return null;
  }
  if (isOver(token, now)) return null;
  await updateTokenExtended(tx, refreshToken, session, now);
  return { sessionId: session.id, customerId: session.customerId, refreshToken };
}
