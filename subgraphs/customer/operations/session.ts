/**
 * The session as its owner receives it, with the roles that the owner holds now. Those of which the setting `secondFactorRoles` demands a
 * second factor are left out of the access token until there is one.
 */
import type { SettingsCopy } from '../../../platform/copies/settings-copy.js';
import { notFound } from '../../../platform/errors.js';
import { signAccessToken } from '../../../platform/identity/access-token.js';
import type { Origin } from '../../../platform/identity/origin.js';
import { secondFactorRoles } from '../../../platform/outlet-settings/registry.js';
import type { ResolversTypes } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { OpenedSession } from '../domain/session.js';
import { findOwnAccount } from '../store/customers.js';
import type { Transaction } from '../store/database.js';
import { findLastRevocation } from '../store/revocations.js';
import { grantsOf, type HeldRole } from '../store/roles.js';
import { findSecondFactorStates } from '../store/second-factors.js';
import { insertRefreshToken, insertSession } from '../store/sessions.js';

export type Session = Awaited<ResolversTypes['Session']>;

/** For a person who has just shown the password, and a code where one is needed. */
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
  { ownDatabase, signingKey, tokenParties, accessTokenSeconds, settings }: Context,
  { sessionId, customerId, refreshToken }: OpenedSession,
): Promise<Session> {
  // Before the roles: a role that is revoked from now on ends this token, as does a second factor that is removed.
  const revocation = await findLastRevocation(ownDatabase);
  const [customer, [state]] = await Promise.all([
    findOwnAccount(ownDatabase.as({ customerId, roles: [] }), customerId),
    findSecondFactorStates(ownDatabase, [customerId]),
  ]);
  if (customer === null || state === undefined) throw notFound('Customer');
  const counting =
    state.confirmedAt === null
      ? state.roles.filter((role) => !needsSecondFactor(settings, role))
      : state.roles;
  const signedIn = {
    ...{ customerId, sessionId, revocation, roles: grantsOf(counting) },
    lacksSecondFactor: counting.length < state.roles.length,
  };
  const { token, expiresAt } = await signAccessToken(signingKey, tokenParties, signedIn, accessTokenSeconds);
  return { accessToken: token, refreshToken, expiresAt, customer };
}

/** Whether a role counts only for a person who has set a second factor. */
export function needsSecondFactor(
  settings: Pick<SettingsCopy, 'valueOf'>,
  { role, outletId, franchiseId }: HeldRole,
): boolean {
  return settings.valueOf(secondFactorRoles, { outletId, franchiseId }).includes(role);
}
