/**
 * Sets a new password by the link that was mailed for it. Every session of the person ends, and nobody is signed in: reading
 * another person's mail must not open a session unnoticed.
 */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { parseInput } from '../../../platform/kit/input.js';
import type { Context } from '../context.js';
import { passwordChangedMail } from '../published.js';
import { findPersonalLink, updateLinkUsed, updatePersonalLinksRevoked } from '../store/account-links.js';
import { findPasswordOwner, updateEmailVerified, updatePassword } from '../store/customers.js';
import { updateSessionsEnded } from '../store/sessions.js';
import { newPassword, requireOtherThanEmail } from './account-input.js';
import { hashPassword } from './passwords.js';

const reset = z.object({ token: z.string(), newPassword });

/** @returns the address that signs in with the new password. @throws UserFault LINK_INVALID, INVALID_INPUT */
export async function resetPassword(
  { ownDatabase, linkTokens, cause }: Context,
  input: unknown,
): Promise<string> {
  const { token, newPassword } = parseInput(reset, input);
  const now = new Date();
  const linkId = linkTokens.linkId('reset', token.trim());
  const link = linkId === null ? null : await findPersonalLink(ownDatabase, 'reset', linkId, now);
  const owner = link === null ? null : await findPasswordOwner(ownDatabase, link.customerId);
  if (link === null || owner === null) throw linkInvalid();
  requireOtherThanEmail(newPassword, owner.email, ['newPassword']);
  const passwordHash = await hashPassword(newPassword);
  await ownDatabase.work(cause, async ({ tx, emit }) => {
    if (!(await updateLinkUsed(tx, link.id, now)) || !(await updatePassword(tx, owner, passwordHash)))
      throw linkInvalid();
    await updatePersonalLinksRevoked(tx, 'reset', owner.id, now);
    await updateEmailVerified(tx, owner.id, now);
    await updateSessionsEnded(tx, owner.id, 'PASSWORD_CHANGED');
    emit(passwordChangedMail(owner, now));
  });
  return owner.email;
}

export function linkInvalid(): UserFault {
  return UserFault.of('LINK_INVALID', 'This link was used or has expired: ask for another', ['token']);
}
