/** Accounts. Reads answer views, which only this file makes: holding one is the permission to read what belongs to it. */
import type { EventType } from '../../../platform/events/envelope.js';
import { eraseFreeText } from '../../../platform/events/outbox.js';
import { ownScope, type Scope } from '../../../platform/identity/identity.js';
import { deleteIdempotencyKeysOf } from '../../../platform/kit/idempotency.js';
import { isStaff } from '../../../platform/kit/tenant-scope.js';
import {
  type AccountAccess,
  type Addressee,
  accountAccess,
  type CustomerView,
  type Language,
  languageOf,
  type NewCustomer,
} from '../domain/customer.js';
import type { CustomerDatabase, Transaction } from './database.js';
import { seenSql } from './guests.js';

const ADDRESSEE = { id: true, email: true, name: true, language: true } as const;
const PASSWORD_OWNER = { ...ADDRESSEE, passwordHash: true, emailVerifiedAt: true } as const;
const COLUMNS = {
  ...{ id: true, email: true, name: true, phone: true, erasedAt: true },
  ...{ emailVerifiedAt: true, language: true },
} as const;

/** Of an account that the reader does not see whole. */
const UNSEEN = { email: null, isEmailVerified: null, language: null } as const;

/** Events that say who an account's person is. */
const PERSONAL_TYPES: readonly EventType[] = [
  'customer.registered',
  'customer.phone-changed',
  'customer.contact-changed',
];

/** Of an account that was deleted; `customer_erased` checks it. */
const NAME_OF_ERASED = 'Deleted account';

/** The accounts of these ids that may be seen. @param scope where the reader handles orders. */
export async function findCustomers(
  database: CustomerDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<CustomerView[]> {
  const whole = new Map(
    ids.flatMap((id) => {
      const access = accountAccess(id, scope);
      return access === null ? [] : [[id, access] as const];
    }),
  );
  const others = isStaff(scope) ? ids.filter((id) => !whole.has(id)) : [];
  const [accounts, guests] = await Promise.all([
    findAccounts(database, whole),
    findGuests(database, scope, others),
  ]);
  const guestIds = new Set(guests.map(({ id }) => id));
  const colleagues = await findColleagues(
    database,
    scope,
    others.filter((id) => !guestIds.has(id)),
  );
  return [...accounts, ...guests, ...colleagues];
}

async function findAccounts(
  { prisma }: CustomerDatabase,
  whole: ReadonlyMap<string, AccountAccess>,
): Promise<CustomerView[]> {
  if (whole.size === 0) return [];
  const rows = await prisma.customer.findMany({
    where: { id: { in: [...whole.keys()] } },
    select: COLUMNS,
  });
  return rows.flatMap(({ erasedAt, emailVerifiedAt, language, ...row }) => {
    const access = whole.get(row.id);
    if (access === undefined) return [];
    const email = erasedAt === null ? row.email : null;
    const shown = { isEmailVerified: emailVerifiedAt !== null, language: languageOf(language) };
    return [{ ...row, ...shown, email, access }];
  });
}

/** Those who have ordered at an outlet of the scope. */
async function findGuests(
  { pool }: CustomerDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<CustomerView[]> {
  if (ids.length === 0) return [];
  const seen = seenSql(scope, 'person.id');
  const { rows } = await pool.query<Pick<CustomerView, 'id' | 'name' | 'phone'>>(
    `SELECT id, name, phone FROM guests($1::uuid[]) AS person WHERE ${seen.condition}`,
    [ids, ...seen.values],
  );
  return rows.map((row) => ({ ...row, ...UNSEEN, access: 'staff' }));
}

/** Those who hold a role in the scope, or made a change there. */
async function findColleagues(
  { pool }: CustomerDatabase,
  { franchiseIds, outletIds }: Scope,
  ids: readonly string[],
): Promise<CustomerView[]> {
  if (ids.length === 0) return [];
  // Both columns in one condition would make the planner read an actor's entries until one fits.
  const { rows } = await pool.query<Pick<CustomerView, 'id' | 'name'>>(
    `SELECT id, name FROM colleagues($1::uuid[]) AS person
     WHERE EXISTS (SELECT FROM role_grant WHERE customer_id = person.id
                     AND (franchise_id = ANY($2::uuid[]) OR outlet_id = ANY($3::uuid[])))
        OR EXISTS (SELECT FROM audit_entry WHERE actor_id = person.id AND franchise_id = ANY($2::uuid[]))
        OR EXISTS (SELECT FROM audit_entry WHERE actor_id = person.id AND outlet_id = ANY($3::uuid[]))`,
    [ids, franchiseIds, outletIds],
  );
  return rows.map((row) => ({ ...row, ...UNSEEN, phone: null, access: 'colleague' }));
}

/** The view of a person who has just proved who they are. */
export async function findOwnAccount(
  database: CustomerDatabase,
  customerId: string,
): Promise<CustomerView | null> {
  const [view] = await findCustomers(database, ownScope({ customerId, roles: [] }), [customerId]);
  return view ?? null;
}

/** For those who grant roles: null for all others. */
export async function findCustomerId(
  { prisma }: CustomerDatabase,
  { id, email }: { readonly id?: string; readonly email?: string },
): Promise<string | null> {
  const [found] = await prisma.$queryRaw<{ id: string | null }[]>`
    SELECT account_named(${id ?? null}::uuid, ${email ?? null}) AS id`;
  return found?.id ?? null;
}

/** For signing in alone: the account of an address and what its password is verified with. */
export async function findCredentials(
  { prisma }: CustomerDatabase,
  email: string,
): Promise<{ readonly id: string; readonly passwordHash: string } | null> {
  const account = await prisma.customer.findUnique({
    where: { email },
    select: { id: true, passwordHash: true },
  });
  return account === null || account.passwordHash === '' ? null : account;
}

/** An account, and what its password is verified with; null where it has yet to be set. */
export interface PasswordOwner extends Addressee {
  readonly passwordHash: string | null;
  /** Whether its owner has shown that mail to the address arrives. */
  readonly isVerified: boolean;
}

/** Of a person who holds an invitation to the address; null where it has no account. */
export async function findInvited(
  { prisma }: CustomerDatabase,
  email: string,
): Promise<PasswordOwner | null> {
  const account = await prisma.customer.findFirst({
    where: { email, erasedAt: null },
    select: PASSWORD_OWNER,
  });
  return account === null ? null : passwordOwnerOf(account);
}

/** For proving once more who one is; null where there is no account any more. */
export async function findPasswordOwner(
  { prisma }: CustomerDatabase,
  customerId: string,
): Promise<PasswordOwner | null> {
  const account = await prisma.customer.findFirst({
    where: { id: customerId, erasedAt: null },
    select: PASSWORD_OWNER,
  });
  return account === null ? null : passwordOwnerOf(account);
}

/**
 * Locks an account against changes of its password until the transaction ends.
 * @returns whether its password is still verified with `passwordHash`.
 */
export async function lockPassword(tx: Transaction, id: string, passwordHash: string): Promise<boolean> {
  const locked = await tx.$queryRaw<unknown[]>`
    SELECT FROM customer WHERE id = ${id}::uuid AND password_hash = ${passwordHash} FOR SHARE`;
  return locked.length === 1;
}

/** Locks an account until the transaction ends: nobody signs in to it before. @returns whether there is one. */
export async function lockAccount(tx: Transaction, id: string): Promise<boolean> {
  const locked = await tx.$queryRaw<unknown[]>`
    SELECT FROM customer WHERE id = ${id}::uuid AND erased_at IS NULL FOR NO KEY UPDATE`;
  return locked.length === 1;
}

/** @param owner as read before: nothing is changed where the password was meanwhile. */
export async function updatePassword(
  tx: Transaction,
  { id, passwordHash }: PasswordOwner,
  newPasswordHash: string,
): Promise<boolean> {
  const { count } = await tx.customer.updateMany({
    where: { id, erasedAt: null, passwordHash: passwordHash ?? '' },
    data: { passwordHash: newPasswordHash },
  });
  return count === 1;
}

/** @throws a unique violation when another account has the address. */
export async function updateEmail(tx: Transaction, id: string, email: string, now: Date): Promise<void> {
  await tx.customer.updateMany({ where: { id, erasedAt: null }, data: { email, emailVerifiedAt: now } });
}

/** The first moment stays. */
export async function updateEmailVerified(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.customer.updateMany({ where: { id, emailVerifiedAt: null }, data: { emailVerifiedAt: now } });
}

/** Whom mails go to; null where there is no account. */
export async function findAddressee(
  tx: Transaction,
  account: { readonly id: string } | { readonly email: string },
): Promise<Addressee | null> {
  const found = await tx.customer.findFirst({ where: { ...account, erasedAt: null }, select: ADDRESSEE });
  return found === null ? null : addresseeOf(found);
}

/** @throws a unique violation when the address has an account. */
export async function insertCustomer(tx: Transaction, customer: NewCustomer): Promise<void> {
  await tx.customer.create({ data: { ...customer, phoneVersion: 1 } });
}

/**
 * Changes the caller's own account; what is undefined stays.
 * @returns the version of the phone number; null where nothing was changed.
 */
export async function updateOwnAccount(
  tx: Transaction,
  { customerId }: Scope,
  changes: { readonly name?: string; readonly phone?: string | null; readonly language?: Language },
): Promise<number | null> {
  if (customerId === null) return null;
  const phoneVersion = { increment: changes.phone === undefined ? 0 : 1 };
  const [changed] = await tx.customer.updateManyAndReturn({
    where: { id: customerId, erasedAt: null },
    data: { ...changes, phoneVersion },
    select: { phoneVersion: true },
  });
  return changed?.phoneVersion ?? null;
}

/**
 * Erases what an account says about its person: who it was, sessions, roles, notifications, idempotency keys and the events that are
 * personal. Points, rewards and where the person has ordered stay, by the account's id alone.
 * @returns the links that were mailed to the address for no account, which are erased with it; null when it was erased before.
 */
export async function eraseAccount(
  tx: Transaction,
  customerId: string,
): Promise<{ readonly linkIds: string[] } | null> {
  const email = (await findAddressee(tx, { id: customerId }))?.email ?? null;
  const erased = await tx.customer.updateMany({
    where: { id: customerId, erasedAt: null },
    data: {
      ...{ email: `erased:${customerId}`, name: NAME_OF_ERASED, phone: null, passwordHash: '' },
      erasedAt: new Date(),
    },
  });
  if (erased.count === 0) return null;
  const where = { customerId };
  await tx.session.deleteMany({ where });
  await tx.roleGrant.deleteMany({ where });
  await tx.notification.deleteMany({ where });
  await tx.accountLink.deleteMany({ where });
  await tx.secondFactor.deleteMany({ where });
  await tx.analyticsConsent.deleteMany({ where });
  await tx.mutedNotification.deleteMany({ where });
  const invitations = { purpose: 'invitation', email };
  const invited = await tx.accountLink.findMany({ where: invitations, select: { id: true } });
  const linkIds = invited.map(({ id }) => id);
  await tx.accountLink.deleteMany({ where: invitations });
  await deleteIdempotencyKeysOf(tx, [customerId]);
  await eraseFreeText(tx, [customerId]);
  await tx.outbox.deleteMany({
    where: { type: { in: [...PERSONAL_TYPES] }, aggregateId: customerId },
  });
  await tx.outbox.deleteMany({
    where: {
      type: 'mail.requested',
      OR: [
        { data: { path: ['customerId'], equals: customerId } },
        ...linkIds.map((linkId) => ({ data: { path: ['link', 'linkId'], equals: linkId } })),
      ],
    },
  });
  return { linkIds };
}

interface StoredPasswordOwner extends Omit<Addressee, 'language'> {
  readonly language: string;
  readonly passwordHash: string;
  readonly emailVerifiedAt: Date | null;
}

function passwordOwnerOf({
  passwordHash,
  emailVerifiedAt,
  ...addressee
}: StoredPasswordOwner): PasswordOwner {
  return {
    ...addresseeOf(addressee),
    passwordHash: passwordHash || null,
    isVerified: emailVerifiedAt !== null,
  };
}

function addresseeOf({ language, ...account }: Omit<Addressee, 'language'> & { readonly language: string }) {
  return { ...account, language: languageOf(language) };
}

/** For events: whether the customer has an account here. */
export async function isCustomer(tx: Transaction, customerId: string): Promise<boolean> {
  return (await tx.customer.count({ where: { id: customerId } })) === 1;
}
