/** Consents to analytics. Every answer is a row, which never changes until the account is erased: the newest is what holds. */
import type { Origin } from '../../../platform/identity/origin.js';
import { newId } from '../../../platform/ids.js';
import type { AnalyticsConsent } from '../domain/consent.js';
import type { CustomerDatabase, Transaction } from './database.js';

export async function findConsents(
  { prisma }: Pick<CustomerDatabase, 'prisma'>,
  customerIds: readonly string[],
): Promise<(AnalyticsConsent & { readonly id: string })[]> {
  const rows = await prisma.analyticsConsent.findMany({
    where: { customerId: { in: [...customerIds] } },
    orderBy: { version: 'desc' },
    distinct: ['customerId'],
  });
  return rows.map(({ customerId: id, isGranted, at, notice }) => ({ id, isGranted, at, notice }));
}

/** In a transaction that has locked the account. */
export async function findLatestConsent(
  tx: Transaction,
  customerId: string,
): Promise<{ readonly isGranted: boolean; readonly version: number; readonly notice: string | null } | null> {
  return tx.analyticsConsent.findFirst({
    where: { customerId },
    orderBy: { version: 'desc' },
    select: { isGranted: true, version: true, notice: true },
  });
}

export async function insertConsent(
  tx: Transaction,
  consent: Omit<AnalyticsConsent, 'at'> & {
    readonly customerId: string;
    readonly version: number;
    readonly at: Date;
  },
  origin: Origin | undefined,
): Promise<void> {
  const { address = null, userAgent = null } = origin ?? {};
  await tx.analyticsConsent.create({ data: { id: newId(), ...consent, address, userAgent } });
}
