/**
 * Accounts. Whoever reads one gets a view that says how much of it they may see; only this file makes views, so holding
 * one is the permission to read what belongs to it.
 */
import { UserFault } from '../../../platform/errors.js';
import type { Cause } from '../../../platform/events/envelope.js';
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { type CustomerDatabase, isUniqueViolation, type Transaction, type Work } from './database.js';

/** `own`: the person themself; `everything`: head office; `staff`: who handles their orders. */
export type Access = 'own' | 'everything' | 'staff';

export interface CustomerView {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly phone: string | null;
  readonly access: Access;
}

export interface NewCustomer {
  readonly email: string;
  readonly passwordHash: string;
  readonly name: string;
  readonly phone: string | null;
}

const COLUMNS = { id: true, email: true, name: true, phone: true } as const;

/** @param scope where the caller handles orders. The answers stand in the order of `ids`. */
export async function readCustomers(
  { prisma }: CustomerDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<(CustomerView | null)[]> {
  const visible = ids.filter((id) => isId(id) && accessTo(id, scope) !== null);
  const rows = await prisma.customer.findMany({ where: { id: { in: visible } }, select: COLUMNS });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    const access = accessTo(id, scope);
    return row === undefined || access === null ? null : { ...row, access };
  });
}

/** Who has that e-mail, for whoever may give roles to people known by it. */
export async function findCustomerId(
  { prisma }: CustomerDatabase,
  scope: Scope,
  person: { readonly customerId: string } | { readonly email: string },
): Promise<string | null> {
  const mayLook = scope.everywhere || scope.franchiseIds.length > 0;
  if (!mayLook || ('customerId' in person && !isId(person.customerId))) return null;
  const where = 'customerId' in person ? { id: person.customerId } : { email: person.email };
  const row = await prisma.customer.findUnique({ where, select: { id: true } });
  return row?.id ?? null;
}

/** For signing in alone: an e-mail's account and what its password is checked with. */
export async function readCredentials(
  { prisma }: CustomerDatabase,
  email: string,
): Promise<{ readonly id: string; readonly passwordHash: string } | null> {
  return prisma.customer.findUnique({ where: { email }, select: { id: true, passwordHash: true } });
}

/** The view of somebody who has just proved who they are. */
export async function readOwnAccount(
  database: CustomerDatabase,
  customerId: string,
): Promise<CustomerView | null> {
  const scope = { customerId, everywhere: false, franchiseIds: [], outletIds: [] };
  const [view] = await readCustomers(database, scope, [customerId]);
  return view ?? null;
}

/** @throws UserFault ALREADY_EXISTS when the e-mail has an account. */
export async function createCustomer<Result>(
  database: CustomerDatabase,
  cause: Cause,
  customer: NewCustomer,
  andThen: (work: Work, customerId: string) => Promise<Result>,
): Promise<Result> {
  const id = newId();
  try {
    return await database.work(cause, async (work) => {
      await work.tx.customer.create({ data: { id, ...customer } });
      work.emit({
        type: 'customer.registered',
        aggregateId: id,
        aggregateVersion: 1,
        data: { customerId: id, name: customer.name },
      });
      return andThen(work, id);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw UserFault.of('ALREADY_EXISTS', 'This e-mail address has an account already', ['email']);
  }
}

/** Changes the caller's own account; what is undefined stays. */
export async function updateOwnAccount(
  { prisma }: CustomerDatabase,
  { customerId }: Scope,
  changes: { readonly name?: string; readonly phone?: string | null },
): Promise<void> {
  if (customerId === null) return;
  await prisma.customer.updateMany({ where: { id: customerId }, data: changes });
}

/** For events, which may speak of people that this database does not know. */
export async function isCustomer(tx: Transaction, customerId: string): Promise<boolean> {
  return (await tx.customer.count({ where: { id: customerId } })) === 1;
}

function accessTo(customerId: string, scope: Scope): Access | null {
  if (customerId === scope.customerId) return 'own';
  if (scope.everywhere) return 'everything';
  return scope.franchiseIds.length + scope.outletIds.length > 0 ? 'staff' : null;
}
