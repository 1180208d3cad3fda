/** Ends a session of the caller's own: that of the refresh token given, otherwise that of the access token. */
import { UserFault } from '../../../platform/errors.js';
import { type Identity, ownScope } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import type { SessionName } from '../domain/session.js';
import { findOwnSession, updateSessionEnded } from '../store/sessions.js';

/** @throws UserFault SESSION_ENDED when it is no session of the caller's. */
export async function signOut(
  { ownDatabase, cause, identity }: Context,
  refreshToken: string | null,
): Promise<void> {
  const name = nameOf(identity, refreshToken);
  const isOwn =
    name !== null &&
    (await ownDatabase.work(cause, async ({ tx }) => {
      const session = await findOwnSession(tx, ownScope(identity), name);
      if (session !== null) await updateSessionEnded(tx, session.id, 'SIGNED_OUT');
      return session !== null;
    }));
  if (!isOwn) throw UserFault.of('SESSION_ENDED', 'This is no session of yours', ['refreshToken']);
}

function nameOf({ sessionId }: Identity, refreshToken: string | null): SessionName | null {
  if (refreshToken !== null) return { refreshToken: refreshToken.trim() };
  return sessionId === undefined ? null : { sessionId };
}
