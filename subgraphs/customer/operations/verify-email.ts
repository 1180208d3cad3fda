/**
 * E-mail addresses are confirmed by a link that is mailed to them: after sign-up, when it is asked for, and before an account changes to
 * another. What is said to the caller is the same whether the new address has an account or not; only the owner of its mailbox finds out.
 */
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { callerOf } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { email, parseInput } from '../../../platform/kit/input.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import type { Context } from '../context.js';
import { linkEnd } from '../domain/account-link.js';
import type { Addressee } from '../domain/customer.js';
import { emailChangedMail, mailTo } from '../published.js';
import {
  countPersonalLinks,
  findPersonalLink,
  insertPersonalLink,
  updateLinkUsed,
  updatePersonalLinksRevoked,
} from '../store/account-links.js';
import { findAddressee, updateEmail, updateEmailVerified } from '../store/customers.js';
import type { Work } from '../store/database.js';
import { provenOwner } from './prove-caller.js';
import { linkInvalid } from './reset-password.js';

const HOUR_MILLISECONDS = 60 * 60 * 1_000;
const LINKS_PER_HOUR = 5;

const change = z.object({ newEmail: email, password: z.string() });

/** Mails the link of an address. @param to the account's own, or the one that it is to change to. */
export async function sendVerification(
  { tx, emit }: Pick<Work, 'tx' | 'emit'>,
  account: Addressee,
  to: string,
  now: Date,
): Promise<void> {
  const link = { id: newId(), customerId: account.id, email: to, expiresAt: linkEnd('verify', now) };
  await insertPersonalLink(tx, 'verify', link);
  const kind = to === account.email ? 'EMAIL_VERIFICATION' : 'EMAIL_CHANGE';
  emit(mailTo({ ...account, email: to }, kind, { name: account.name }, { purpose: 'verify', ...link }));
}

/** Sends the link of the caller's own address again. @throws UserFault TOO_MANY_ATTEMPTS */
export async function requestEmailVerification({ ownDatabase, cause, identity }: Context): Promise<void> {
  const now = new Date();
  await ownDatabase.work(cause, async (work) => {
    const account = await findAddressee(work.tx, { id: callerOf(identity) });
    if (account === null) return;
    await requireFewLinks(work, account.id, now);
    await sendVerification(work, account, account.email, now);
  });
}

/** @throws UserFault INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, INVALID_INPUT */
export async function changeEmail(context: Context, input: unknown): Promise<void> {
  const { newEmail, password } = parseInput(change, input);
  const owner = await provenOwner(context, password, ['password']);
  if (owner.email === newEmail)
    throw UserFault.of('INVALID_INPUT', 'This is the address of the account', ['newEmail']);
  const now = new Date();
  await context.ownDatabase.work(context.cause, async (work) => {
    await requireFewLinks(work, owner.id, now);
    await sendVerification(work, owner, newEmail, now);
  });
}

/** @returns the address that is confirmed. @throws UserFault LINK_INVALID, ALREADY_EXISTS where another account has the address. */
export async function verifyEmail(
  { ownDatabase, linkTokens, cause }: Context,
  token: string,
): Promise<string> {
  const now = new Date();
  const linkId = linkTokens.linkId('verify', token.trim());
  const link = linkId === null ? null : await findPersonalLink(ownDatabase, 'verify', linkId, now);
  if (link === null || link.email === null) throw linkInvalid();
  const { customerId, email: confirmed } = link;
  try {
    await ownDatabase.work(cause, async ({ tx, emit }) => {
      const account = await findAddressee(tx, { id: customerId });
      if (account === null || !(await updateLinkUsed(tx, link.id, now))) throw linkInvalid();
      if (account.email === confirmed) return updateEmailVerified(tx, customerId, now);
      await updateEmail(tx, customerId, confirmed, now);
      for (const purpose of ['reset', 'verify'] as const)
        await updatePersonalLinksRevoked(tx, purpose, customerId, now);
      emit(emailChangedMail(account, confirmed, now));
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'Another account has this e-mail address');
  }
  return confirmed;
}

async function requireFewLinks({ tx }: Work, customerId: string, now: Date): Promise<void> {
  const since = new Date(now.getTime() - HOUR_MILLISECONDS);
  if ((await countPersonalLinks(tx, 'verify', customerId, since)) < LINKS_PER_HOUR) return;
  const retryAt = new Date(now.getTime() + HOUR_MILLISECONDS);
  throw UserFault.of('TOO_MANY_ATTEMPTS', 'Too many mails within an hour', null, retryAt);
}
