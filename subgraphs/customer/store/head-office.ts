/** The accounts that are head office. For an operator at the server: nothing here is scoped to a caller. */
import type { OwnCustomerDatabase, Transaction } from './database.js';

export interface AdminAccount {
  readonly id: string;
  readonly hasPassword: boolean;
  readonly isHeadOffice: boolean;
}

/** One change at a time: two at once would both find no account. */
export async function lockHeadOffice(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('head office'))`;
}

export async function findAdminAccount(tx: Transaction, email: string): Promise<AdminAccount | null> {
  const account = await tx.customer.findUnique({
    where: { email },
    select: { id: true, passwordHash: true, roles: { where: { role: 'HQ' }, select: { id: true } } },
  });
  return (
    account && {
      id: account.id,
      hasPassword: account.passwordHash !== '',
      isHeadOffice: account.roles.length > 0,
    }
  );
}

/** Whether somebody can sign in as head office. @param except accounts that may not sign in. */
export async function hasHeadOffice(
  { prisma }: OwnCustomerDatabase,
  except: readonly string[],
): Promise<boolean> {
  const accounts = await prisma.roleGrant.count({
    where: { role: 'HQ', customerId: { notIn: [...except] }, customer: { passwordHash: { not: '' } } },
  });
  return accounts > 0;
}
