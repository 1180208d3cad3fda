/** Accounts. Reads answer views, which only this file makes: holding one is the permission to read what belongs to it. */
import { ownScope, type Scope } from '../../../platform/identity/identity.js';
import { accessTo, type CustomerView, type NewCustomer } from '../domain/customer.js';
import type { CustomerDatabase, Transaction } from './database.js';

const COLUMNS = { id: true, email: true, name: true, phone: true } as const;

/** The accounts of these ids that may be seen. @param scope where the reader handles orders. */
export async function findCustomers(
  { prisma }: CustomerDatabase,
  scope: Scope,
  ids: readonly string[],
): Promise<CustomerView[]> {
  const accessible = ids.map((id) => ({ id, access: accessTo(id, scope) }));
  const guestIds = accessible.flatMap(({ id, access }) => (access === 'staff' ? [id] : []));
  const accounts = new Map(
    accessible.flatMap(({ id, access }) =>
      access === null || access === 'staff' ? [] : [[id, access] as const],
    ),
  );
  const [rows, guests] = await Promise.all([
    accounts.size === 0
      ? []
      : prisma.customer.findMany({ where: { id: { in: [...accounts.keys()] } }, select: COLUMNS }),
    guestIds.length === 0
      ? []
      : prisma.$queryRaw<Guest[]>`SELECT id, name, phone FROM guests(${guestIds}::uuid[])`,
  ]);
  return [
    ...rows.flatMap((row) => {
      const access = accounts.get(row.id);
      return access === undefined ? [] : [{ ...row, access }];
    }),
    ...guests.map((guest): CustomerView => ({ ...guest, email: null, access: 'staff' })),
  ];
}

/** What staff may see of an account. */
interface Guest {
  readonly id: string;
  readonly name: string;
  readonly phone: string | null;
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
  return prisma.customer.findUnique({ where: { email }, select: { id: true, passwordHash: true } });
}

/** @throws a unique violation when the address has an account. */
export async function insertCustomer(tx: Transaction, customer: NewCustomer): Promise<void> {
  await tx.customer.create({ data: customer });
}

/** Changes the caller's own account; what is undefined stays. */
export async function updateOwnAccount(
  tx: Transaction,
  { customerId }: Scope,
  changes: { readonly name?: string; readonly phone?: string | null },
): Promise<void> {
  if (customerId === null) return;
  await tx.customer.updateMany({ where: { id: customerId }, data: changes });
}

/** For events: whether the customer has an account here. */
export async function isCustomer(tx: Transaction, customerId: string): Promise<boolean> {
  return (await tx.customer.count({ where: { id: customerId } })) === 1;
}
