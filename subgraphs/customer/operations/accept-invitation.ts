/**
 * Accepts an invitation by the link that was mailed for it. An invited person without an account names themselves and sets a password.
 * So does one whose address was never verified and who is not signed in: somebody else may have opened the account. Nobody is signed in.
 */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { name, parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import type { Invitation } from '../domain/invitation.js';
import { mayHire } from '../domain/roles.js';
import { registeredEvent } from '../published.js';
import { updateLinkUsed } from '../store/account-links.js';
import {
  findInvited,
  insertCustomer,
  type PasswordOwner,
  updateEmailVerified,
  updatePassword,
} from '../store/customers.js';
import type { Work } from '../store/database.js';
import { findInvitation } from '../store/invitations.js';
import { findEveryRole, insertRole } from '../store/roles.js';
import { updateSessionsEnded } from '../store/sessions.js';
import { newPassword, requireOtherThanEmail } from './account-input.js';
import { hashPassword } from './passwords.js';
import { linkInvalid } from './reset-password.js';

const newcomer = z.object({ name, password: newPassword });
const owner = z.object({ password: newPassword });

interface Accepted {
  readonly token: string;
  readonly name: string | null;
  readonly password: string | null;
}

/** What becomes of the account, decided before the transaction since hashing takes time. */
type Entry = (work: Work, now: Date) => Promise<string>;

/** @throws UserFault LINK_INVALID, INVALID_INPUT */
export async function acceptInvitation(context: Context, given: Accepted): Promise<Invitation> {
  const { ownDatabase, linkTokens, cause, origin } = context;
  const now = new Date();
  const linkId = linkTokens.linkId('invitation', given.token.trim());
  const invitation = linkId === null ? null : await findInvitation(ownDatabase, linkId, now);
  if (invitation === null || !(await isStillOffered(context, invitation))) throw linkInvalid();
  const enter = await entryOf(context, invitation, given);
  try {
    await ownDatabase.work(cause, async (work) => {
      if (!(await updateLinkUsed(work.tx, invitation.id, now))) throw linkInvalid();
      const customerId = await enter(work, now);
      const { role, outletId, franchiseId, invitedBy } = invitation;
      const tenant = { outletId, franchiseId };
      await insertRole(work.tx, { customerId, role, ...tenant, grantedBy: invitedBy });
      const change = { action: 'acceptInvitation', entity: { type: 'Customer', id: customerId }, tenant };
      const actor = { identity: { customerId, roles: [] }, origin };
      recordChange(work, actor, { ...change, before: null, after: { role, ...tenant } });
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'This e-mail address has an account by now: try again');
  }
  return invitation;
}

/** An invitation is worth what its inviter may still grant. */
async function isStillOffered(
  { ownDatabase }: Context,
  { invitedBy, role, outletId, franchiseId }: Invitation,
): Promise<boolean> {
  const roles = await findEveryRole(ownDatabase, invitedBy);
  const scope = scopeFor({ customerId: invitedBy, roles }, 'staff:hire');
  return mayHire(scope, role, { outletId, franchiseId });
}

async function entryOf(
  { ownDatabase, identity }: Context,
  { email }: Invitation,
  given: Accepted,
): Promise<Entry> {
  const account = await findInvited(ownDatabase, email);
  if (account === null) return newAccount(email, given);
  if (account.isVerified || account.id === identity.customerId) return async () => account.id;
  return takenOver(account, given);
}

async function newAccount(email: string, given: Accepted): Promise<Entry> {
  const { name, password } = parseInput(newcomer, { name: given.name ?? '', password: given.password ?? '' });
  requireOtherThanEmail(password, email, ['password']);
  const id = newId('Customer');
  const account = { id, email, name, phone: null, passwordHash: await hashPassword(password) };
  return async ({ tx, emit }, now) => {
    await insertCustomer(tx, account);
    await updateEmailVerified(tx, id, now);
    emit(registeredEvent(account));
    return id;
  };
}

async function takenOver(account: PasswordOwner, given: Accepted): Promise<Entry> {
  const { password } = parseInput(owner, { password: given.password ?? '' });
  requireOtherThanEmail(password, account.email, ['password']);
  const passwordHash = await hashPassword(password);
  return async ({ tx }, now) => {
    if (!(await updatePassword(tx, account, passwordHash))) throw linkInvalid();
    await updateEmailVerified(tx, account.id, now);
    await updateSessionsEnded(tx, account.id, 'PASSWORD_CHANGED');
    return account.id;
  };
}
