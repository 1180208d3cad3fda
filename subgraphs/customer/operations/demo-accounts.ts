/** The accounts that the seed makes. Their ids name them, whatever else was changed: their first password is public. */
import { PEOPLE } from '../../../prisma/seed/chain.js';
import type { OwnCustomerDatabase } from '../store/database.js';
import { hasHeadOffice } from '../store/head-office.js';

const IDS = PEOPLE.map(({ id }) => id);

export function isDemoAccount(id: string): boolean {
  return IDS.includes(id);
}

export async function hasDemoAccounts({ prisma }: OwnCustomerDatabase): Promise<boolean> {
  return (await prisma.customer.count({ where: { id: { in: IDS } } })) > 0;
}

/** Whether nobody can sign in as head office. @param hasDemo whether demo accounts can. */
export async function isHeadOfficeMissing(database: OwnCustomerDatabase, hasDemo: boolean): Promise<boolean> {
  return !(await hasHeadOffice(database, hasDemo ? [] : IDS));
}
