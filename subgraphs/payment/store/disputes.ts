/** Reads disputes, for staff alone: a scope reaches those of the outlets where its permission is held. */
import type { Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { PaymentDatabase } from './database.js';
import { type Dispute, disputeOf } from './records.js';
import { coveredBy } from './tenancy.js';

type Reader = Pick<PaymentDatabase, 'prisma'>;

export async function findDispute(database: Reader, scope: Scope, id: string): Promise<Dispute | null> {
  const [dispute] = await findDisputes(database, scope, [id]);
  return dispute ?? null;
}

/** In the order of `ids`; null for what the scope does not reach. */
export async function findDisputes(
  { prisma }: Reader,
  scope: Scope,
  ids: readonly string[],
): Promise<(Dispute | null)[]> {
  const rows = await prisma.dispute.findMany({
    where: { id: { in: ids.filter(isId) }, payment: coveredBy(scope) },
  });
  const byId = new Map(rows.map((row) => [row.id, disputeOf(row)]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** In the order of `paymentIds`, each oldest first. For payments that the scope covers. */
export async function findDisputesOf(
  { prisma }: Reader,
  scope: Scope,
  paymentIds: readonly string[],
): Promise<readonly (readonly Dispute[])[]> {
  const rows = await prisma.dispute.findMany({
    where: { paymentId: { in: [...paymentIds] }, payment: coveredBy(scope) },
    orderBy: { id: 'asc' },
  });
  const byPayment = new Map(paymentIds.map((id): [string, Dispute[]] => [id, []]));
  for (const row of rows) byPayment.get(row.paymentId)?.push(disputeOf(row));
  return paymentIds.map((id) => byPayment.get(id) ?? []);
}
