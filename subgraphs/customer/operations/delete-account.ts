/** Deletes the caller's own account, which the password proves to be theirs. Other subgraphs erase what they hold on `customer.erased`. */
import { UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import { erasedEvent } from '../published.js';
import { eraseAccount, findPasswordHash } from '../store/customers.js';
import { enteredPassword } from './account-input.js';
import { isPasswordOf } from './passwords.js';

/** @throws UserFault INVALID_CREDENTIALS */
export async function deleteAccount(
  { ownDatabase, cause, identity }: Context,
  entered: string,
): Promise<void> {
  const customerId = callerOf(identity);
  const password = enteredPassword.safeParse(entered);
  const passwordHash = password.success ? await findPasswordHash(ownDatabase, customerId) : null;
  if (!(await isPasswordOf(passwordHash, password.data ?? ''))) {
    throw UserFault.of('INVALID_CREDENTIALS', 'The password is wrong', ['password']);
  }
  await ownDatabase.work(cause, async ({ tx, emit }) => {
    if (await eraseAccount(tx, customerId)) emit(erasedEvent(customerId));
  });
}
