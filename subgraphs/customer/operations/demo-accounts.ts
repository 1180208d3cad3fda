/** The accounts that the seed makes. Their ids name them, whatever else was changed: their first password is public. */
import { PEOPLE } from '../../../prisma/seed/chain.js';
import type { OwnCustomerDatabase } from '../store/database.js';

const IDS = PEOPLE.map(({ id }) => id);

export function isDemoAccount(id: string): boolean {
  return IDS.includes(id);
}

export async function hasDemoAccounts({ prisma }: OwnCustomerDatabase): Promise<boolean> {
  return (await prisma.customer.count({ where: { id: { in: IDS } } })) > 0;
}
