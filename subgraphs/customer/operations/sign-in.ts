/**
 * Signs in with address and password, and a code where a second factor is set. A wrong address and a wrong password are answered alike,
 * after the same work; whether a code is needed is said after the password was right.
 */
import { UserFault } from '../../../platform/errors.js';
import { email as emailInput } from '../../../platform/kit/input.js';
import type { SignInInput } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import type { OpenedSession } from '../domain/session.js';
import { findCredentials, lockPassword } from '../store/customers.js';
import { enteredPassword } from './account-input.js';
import { boundAttempts } from './bound-attempts.js';
import { isDemoAccount } from './demo-accounts.js';
import { isPasswordOf } from './passwords.js';
import { boundCodes, useCode } from './second-factor-code.js';
import { openSession, type Session, signedSession } from './session.js';

/** @throws UserFault INVALID_CREDENTIALS, SECOND_FACTOR_REQUIRED, TOO_MANY_ATTEMPTS */
export async function signIn(context: Context, input: SignInInput): Promise<Session> {
  const email = emailInput.safeParse(input.email);
  const opened = await boundAttempts(context, email.data ?? input.email, () =>
    provenSession(context, email.data, input),
  );
  return signedSession(context, opened);
}

async function provenSession(
  context: Context,
  email: string | undefined,
  input: SignInInput,
): Promise<OpenedSession> {
  const { ownDatabase, cause, origin, hasDemo } = context;
  const password = enteredPassword.safeParse(input.password);
  const account = email !== undefined && password.success ? await findCredentials(ownDatabase, email) : null;
  const isRight = await isPasswordOf(account?.passwordHash ?? null, password.data ?? '');
  if (account === null || !isRight || (!hasDemo && isDemoAccount(account.id))) throw wrongCredentials();
  const open = () =>
    ownDatabase.work(cause, async (work) => {
      // Changed while it was verified: a session opened now would outlive the change.
      if (!(await lockPassword(work.tx, account.id, account.passwordHash))) throw wrongCredentials();
      await useCode(context, work, account.id, input.code ?? null);
      return openSession(work.tx, account.id, origin);
    });
  return input.code == null ? open() : boundCodes(context, account.id, open);
}

function wrongCredentials(): UserFault {
  return UserFault.of('INVALID_CREDENTIALS', 'E-mail or password is wrong');
}
