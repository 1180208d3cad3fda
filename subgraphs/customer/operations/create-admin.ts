/**
 * Head office for an operator at the server: makes an account or promotes one, and a one-time link that sets its password. There is
 * no caller whose permission could be checked: who reaches the database's own account may do everything.
 */
import { UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import { CHAIN, recordChange } from '../../../platform/events/record-change.js';
import { newId } from '../../../platform/ids.js';
import { email as emailInput, name as nameInput, parseInput } from '../../../platform/kit/input.js';
import { registeredEvent } from '../published.js';
import { insertPersonalLink, updatePersonalLinksRevoked } from '../store/account-links.js';
import { insertCustomer } from '../store/customers.js';
import type { OwnCustomerDatabase, Transaction, Work } from '../store/database.js';
import { type AdminAccount, findAdminAccount, lockHeadOffice } from '../store/head-office.js';
import { insertRole } from '../store/roles.js';
import { isDemoAccount } from './demo-accounts.js';

/** A person who has just been given the whole chain sets the password the same day. */
const LINK_HOURS = 24;

export interface AdminRequest {
  readonly email: string;
  /** Of an account that is made. Default `Head office`. */
  readonly name?: string | undefined;
  /** Whether an account that somebody has opened already becomes head office. Default false. */
  readonly grants?: boolean | undefined;
  /** Whether demo accounts may sign in. */
  readonly hasDemo: boolean;
}

export interface CreatedAdmin {
  readonly email: string;
  readonly done: 'CREATED' | 'GRANTED' | 'RENEWED';
  /** Null for an account that keeps the password it has. */
  readonly link: { readonly id: string; readonly expiresAt: Date } | null;
}

/**
 * Makes the account of this address, or promotes it where that is asked for; for one that is head office already, makes a new link.
 * @throws UserFault INVALID_INPUT for the address or name, INVALID_STATE for an account that is not to be promoted.
 */
export async function createAdmin(
  database: OwnCustomerDatabase,
  cause: Cause,
  { name = 'Head office', grants = false, hasDemo, ...request }: AdminRequest,
): Promise<CreatedAdmin> {
  const email = parseInput(emailInput, request.email);
  const displayName = parseInput(nameInput, name);
  return database.work(cause, async (work) => {
    await lockHeadOffice(work.tx);
    const account = await findAdminAccount(work.tx, email);
    if (account === null) {
      const id = await insertAdmin(work, email, displayName);
      return { email, done: 'CREATED', link: await linkFor(work.tx, id) };
    }
    if (!hasDemo && isDemoAccount(account.id)) {
      throw UserFault.of('INVALID_STATE', `${email} is an account of the demo, which cannot sign in here`);
    }
    if (account.isHeadOffice) return { email, done: 'RENEWED', link: await linkFor(work.tx, account.id) };
    if (!grants) throw UserFault.of('INVALID_STATE', `${email} has an account, which is not head office`);
    await grantHeadOffice(work, account.id);
    return { email, done: 'GRANTED', link: await linkIfNoPassword(work.tx, account) };
  });
}

async function insertAdmin(work: Work, email: string, name: string): Promise<string> {
  const id = newId('Customer');
  await insertCustomer(work.tx, { id, email, name, phone: null, passwordHash: '' });
  work.emit(registeredEvent({ id, name }));
  await grantHeadOffice(work, id);
  return id;
}

/** In the audit trail the account itself is the actor: nobody was signed in. */
async function grantHeadOffice(work: Work, customerId: string): Promise<void> {
  await insertRole(work.tx, { customerId, role: 'HQ', ...CHAIN, grantedBy: null });
  recordChange(
    work,
    { identity: { customerId, roles: [] } },
    {
      ...{ action: 'createAdmin', entity: { type: 'Customer', id: customerId }, tenant: CHAIN },
      ...{ before: null, after: { role: 'HQ', ...CHAIN } },
    },
  );
}

async function linkIfNoPassword(
  tx: Transaction,
  { id, hasPassword }: AdminAccount,
): Promise<CreatedAdmin['link']> {
  return hasPassword ? null : linkFor(tx, id);
}

/** The links before it end. */
async function linkFor(tx: Transaction, customerId: string): Promise<NonNullable<CreatedAdmin['link']>> {
  const now = new Date();
  const link = { id: newId(), expiresAt: new Date(now.getTime() + LINK_HOURS * 3_600_000) };
  await updatePersonalLinksRevoked(tx, 'reset', customerId, now);
  await insertPersonalLink(tx, 'reset', { ...link, customerId, email: null });
  return link;
}
