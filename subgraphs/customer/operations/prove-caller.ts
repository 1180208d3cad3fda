/** Proves once more who the caller is, for what a stolen access token must not do. */
import { UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import { findPasswordOwner, type PasswordOwner } from '../store/customers.js';
import { enteredPassword } from './account-input.js';
import { boundAttempts } from './bound-attempts.js';
import { isPasswordOf } from './passwords.js';

/** @param field of the input that has the password. @throws UserFault INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS */
export async function provenOwner(
  context: Context,
  entered: string,
  field: string[],
): Promise<PasswordOwner> {
  const customerId = callerOf(context.identity);
  return boundAttempts(context, customerId, async () => {
    const owner = await findPasswordOwner(context.ownDatabase, customerId);
    const password = enteredPassword.safeParse(entered);
    const passwordHash = password.success ? (owner?.passwordHash ?? null) : null;
    const isRight = await isPasswordOf(passwordHash, password.data ?? '');
    if (owner === null || !isRight) throw wrongPassword(field);
    return owner;
  });
}

export function wrongPassword(field: string[]): UserFault {
  return UserFault.of('INVALID_CREDENTIALS', 'The password is wrong', field);
}
