/** The session as its owner receives it, with the roles that the owner holds now. */
import { notFound } from '../../../platform/errors.js';
import { signAccessToken } from '../../../platform/identity/access-token.js';
import type { Origin } from '../../../platform/identity/origin.js';
import type { ResolversTypes } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { OpenedSession } from '../domain/session.js';
import { findOwnAccount } from '../store/customers.js';
import type { Transaction } from '../store/database.js';
import { findLastRevocation } from '../store/revocations.js';
import { findRolesForToken } from '../store/roles.js';
import { insertRefreshToken, insertSession } from '../store/sessions.js';

export type Session = Awaited<ResolversTypes['Session']>;

/** For a person who has just shown the password. */
export async function openSession(
  tx: Transaction,
  customerId: string,
  origin: Origin | undefined,
): Promise<OpenedSession> {
  const session = await insertSession(tx, customerId, origin);
  const refreshToken = await insertRefreshToken(tx, session, new Date());
  return { sessionId: session.id, customerId, refreshToken };
}

export async function signedSession(
  { ownDatabase, signingKey, tokenParties }: Context,
  { sessionId, customerId, refreshToken }: OpenedSession,
): Promise<Session> {
  // Before the roles: a role that is revoked from now on ends this token.
  const revocation = await findLastRevocation(ownDatabase);
  const database = ownDatabase.as({ customerId, roles: [] });
  const [customer, roles] = await Promise.all([
    findOwnAccount(database, customerId),
    findRolesForToken(database, customerId),
  ]);
  if (customer === null) throw notFound('Customer');
  const { token, expiresAt } = await signAccessToken(signingKey, tokenParties, {
    customerId,
    sessionId,
    roles,
    revocation,
  });
  return { accessToken: token, refreshToken, expiresAt, customer };
}
