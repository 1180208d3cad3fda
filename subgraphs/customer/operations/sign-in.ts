/** Signs in with address and password. Both kinds of failure are answered alike, after the same work. */
import { UserFault } from '../../../platform/errors.js';
import type { SignInInput } from '../../../schema/types/customer.js';
import type { Context } from '../context.js';
import { findCredentials } from '../store/customers.js';
import { email as emailInput, enteredPassword } from './account-input.js';
import { isPasswordOf } from './passwords.js';
import { openSession, type Session, signedSession } from './session.js';

/** @throws UserFault INVALID_CREDENTIALS */
export async function signIn(context: Context, input: SignInInput): Promise<Session> {
  const { ownDatabase, cause } = context;
  const email = emailInput.safeParse(input.email);
  const password = enteredPassword.safeParse(input.password);
  const account = email.success && password.success ? await findCredentials(ownDatabase, email.data) : null;
  const isRight = await isPasswordOf(account?.passwordHash ?? null, password.data ?? '');
  if (account === null || !isRight) throw UserFault.of('INVALID_CREDENTIALS', 'E-mail or password is wrong');
  const opened = await ownDatabase.work(cause, ({ tx }) => openSession(tx, account.id));
  return signedSession(context, opened);
}
