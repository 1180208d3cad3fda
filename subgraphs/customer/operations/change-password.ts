/** Changes the caller's own password, which the current one proves to be theirs. The caller's other sessions end. */
import { z } from 'zod';
import { callerOf } from '../../../platform/identity/identity.js';
import { parseInput } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { passwordChangedMail } from '../published.js';
import { updatePassword } from '../store/customers.js';
import { updateSessionsEnded } from '../store/sessions.js';
import { newPassword, requireOtherThanEmail } from './account-input.js';
import { hashPassword } from './passwords.js';
import { provenOwner, wrongPassword } from './prove-caller.js';

const change = z.object({ currentPassword: z.string(), newPassword });

/** @throws UserFault INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, INVALID_INPUT */
export async function changePassword(context: Context, input: unknown): Promise<void> {
  const { ownDatabase, cause, identity } = context;
  const customerId = callerOf(identity);
  const entered = parseInput(change, input);
  const owner = await provenOwner(context, entered.currentPassword, ['currentPassword']);
  requireOtherThanEmail(entered.newPassword, owner.email, ['newPassword']);
  const passwordHash = await hashPassword(entered.newPassword);
  const now = new Date();
  await ownDatabase.work(cause, async ({ tx, emit }) => {
    if (!(await updatePassword(tx, owner, passwordHash))) throw wrongPassword(['currentPassword']);
    await updateSessionsEnded(tx, customerId, 'PASSWORD_CHANGED', { except: identity.sessionId });
    emit(passwordChangedMail(owner, now));
  });
}
