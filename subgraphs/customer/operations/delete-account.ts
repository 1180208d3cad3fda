/** Deletes the caller's own account, which the password proves to be theirs. Other subgraphs erase what they hold on `customer.erased`. */
import { callerOf } from '../../../platform/identity/identity.js';
import type { Context } from '../context.js';
import { erasedEvent } from '../published.js';
import { eraseAccount } from '../store/customers.js';
import { provenOwner } from './prove-caller.js';

/** @throws UserFault INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS */
export async function deleteAccount(context: Context, entered: string): Promise<void> {
  const customerId = callerOf(context.identity);
  await provenOwner(context, entered, ['password']);
  await context.ownDatabase.work(context.cause, async ({ tx, emit }) => {
    const erased = await eraseAccount(tx, customerId);
    if (erased !== null) emit(erasedEvent(customerId, erased.linkIds));
  });
}
