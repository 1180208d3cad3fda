/** Signing in, staying signed in, signing out. */
import { notFound, payloadOf, UserFault } from '../../../platform/errors.js';
import { signAccessToken } from '../../../platform/identity/access-token.js';
import { ownScope } from '../../../platform/identity/identity.js';
import { isPasswordOf } from '../../../platform/identity/passwords.js';
import type { MutationResolvers, ResolversTypes } from '../../../schema/types/customer.js';
import { type Context, callerOf } from '../context.js';
import { emailSchema, passwordSchema } from '../operations/account-input.js';
import { readCredentials, readOwnAccount } from '../store/customers.js';
import { readRolesForToken } from '../store/roles.js';
import {
  endSession,
  exchangeRefreshToken,
  type OpenedSession,
  openSession,
  type SessionName,
} from '../store/sessions.js';

/** Answers alike, after the same work, whether the e-mail or the password is wrong. */
export const signIn: NonNullable<MutationResolvers['signIn']> = (_parent, { input }, context) =>
  payloadOf(async () => {
    const { database, cause } = context;
    const email = emailSchema.safeParse(input.email);
    const password = passwordSchema.safeParse(input.password);
    const account = email.success && password.success ? await readCredentials(database, email.data) : null;
    const isRight = await isPasswordOf(account?.passwordHash ?? null, password.data ?? '');
    if (account === null || !isRight) {
      throw UserFault.of('INVALID_CREDENTIALS', 'E-mail or password is wrong');
    }
    const opened = await database.work(cause, ({ tx }) => openSession(tx, account.id));
    return { session: await sessionOf(context, opened) };
  });

export const refreshSession: NonNullable<MutationResolvers['refreshSession']> = (
  _parent,
  { input },
  context,
) =>
  payloadOf(async () => {
    const opened = await exchangeRefreshToken(context.database, context.cause, input.refreshToken);
    if (opened === null) {
      throw UserFault.of('SESSION_ENDED', 'This session is over: sign in again', ['refreshToken']);
    }
    return { session: await sessionOf(context, opened) };
  });

export const signOut: NonNullable<MutationResolvers['signOut']> = (_parent, { input }, context) =>
  payloadOf(async () => {
    const { database, cause, identity, loaders } = context;
    const { sessionId } = identity;
    const name: SessionName | undefined =
      input?.refreshToken != null
        ? { refreshToken: input.refreshToken }
        : sessionId !== undefined
          ? { sessionId }
          : undefined;
    if (name === undefined || !(await endSession(database, cause, ownScope(identity), name))) {
      throw UserFault.of('SESSION_ENDED', 'This is no session of yours', ['refreshToken']);
    }
    const customer = await loaders.customer.load(callerOf(identity));
    if (customer === null) throw notFound('Customer');
    return { customer };
  });

/** The session as its owner is given it, with the roles that the owner holds now. */
export async function sessionOf(
  { database, signingKey, tokenParties }: Context,
  { sessionId, customerId, refreshToken }: OpenedSession,
): Promise<Awaited<ResolversTypes['Session']>> {
  const [customer, roles] = await Promise.all([
    readOwnAccount(database, customerId),
    readRolesForToken(database, customerId),
  ]);
  if (customer === null) throw notFound('Customer');
  const { token, expiresAt } = await signAccessToken(signingKey, tokenParties, {
    customerId,
    sessionId,
    roles,
  });
  return { accessToken: token, refreshToken, expiresAt, customer };
}
