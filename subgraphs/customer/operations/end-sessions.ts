/** Ends sessions of the caller's own: one of them, or all, that of the caller included. */
import { notFound } from '../../../platform/errors.js';
import { callerOf, ownScope } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import { findOwnSession, updateSessionEnded, updateSessionsEnded } from '../store/sessions.js';

type Caller = Pick<Context, 'ownDatabase' | 'cause' | 'identity'>;

/** @throws NOT_FOUND for a session that is none of the caller's. */
export async function endSession({ ownDatabase, cause, identity }: Caller, sessionId: string): Promise<void> {
  await ownDatabase.work(cause, async ({ tx }) => {
    const session = await findOwnSession(tx, ownScope(identity), { sessionId });
    if (session === null) throw notFound('Session');
    await updateSessionEnded(tx, session.id, 'SIGNED_OUT');
  });
}

export async function signOutEverywhere({ ownDatabase, cause, identity }: Caller): Promise<void> {
  await ownDatabase.work(cause, ({ tx }) => updateSessionsEnded(tx, callerOf(identity), 'SIGNED_OUT'));
}
