/** Signs in with address and password. Both kinds of failure are answered alike, after the same work. */
import { UserFault } from '../../../platform/errors.js';
import type { SignInInput } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { OpenedSession } from '../domain/session.js';
import { findCredentials, lockPassword } from '../store/customers.js';
import { email as emailInput, enteredPassword } from './account-input.js';
import { boundAttempts } from './bound-attempts.js';
import { isDemoAccount } from './demo-accounts.js';
import { isPasswordOf } from './passwords.js';
import { openSession, type Session, signedSession } from './session.js';

/** @throws UserFault INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS */
export async function signIn(context: Context, input: SignInInput): Promise<Session> {
  const email = emailInput.safeParse(input.email);
  const opened = await boundAttempts(context, email.data ?? input.email, () =>
    provenSession(context, email.data, input),
  );
  return signedSession(context, opened);
}

async function provenSession(
  { ownDatabase, cause, origin, hasDemo }: Context,
  email: string | undefined,
  input: SignInInput,
): Promise<OpenedSession> {
  const password = enteredPassword.safeParse(input.password);
  const account = email !== undefined && password.success ? await findCredentials(ownDatabase, email) : null;
  const isRight = await isPasswordOf(account?.passwordHash ?? null, password.data ?? '');
  if (account === null || !isRight || (!hasDemo && isDemoAccount(account.id))) throw wrongCredentials();
  return ownDatabase.work(cause, async ({ tx }) => {
    // Changed while it was verified: a session opened now would outlive the change.
    if (!(await lockPassword(tx, account.id, account.passwordHash))) throw wrongCredentials();
    return openSession(tx, account.id, origin);
  });
}

function wrongCredentials(): UserFault {
  return UserFault.of('INVALID_CREDENTIALS', 'E-mail or password is wrong');
}
