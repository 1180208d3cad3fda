/** Sums the ledger over some days, each in its outlet's time zone, within the scope; however many bookings, one query. */
import { covers, type Scope } from '../../../platform/identity/identity.js';
import { isId } from '../../../platform/ids.js';
import type { PostingSums } from '../domain/financial-report.js';
import type { PaymentDatabase } from './database.js';

export interface LedgerQuestion {
  /** Days, both included. */
  readonly from: string;
  readonly to: string;
  /** Null for all that the scope covers. */
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

export async function sumPostings(
  { pool }: Pick<PaymentDatabase, 'pool'>,
  { everywhere, franchiseIds, outletIds }: Scope,
  { from, to, outletId, franchiseId }: LedgerQuestion,
): Promise<PostingSums[]> {
  const { rows } = await pool.query<PostingSums>({
    name: 'ledger-sums',
    text: `
      SELECT booking.reason, booking.provider, booking.method, entry.account,
             coalesce(sum(entry.amount) FILTER (WHERE entry.amount > 0), 0)::float8 AS debit,
             coalesce(sum(-entry.amount) FILTER (WHERE entry.amount < 0), 0)::float8 AS credit
      FROM ledger_transaction booking
      JOIN ledger_entry entry ON entry.transaction_id = booking.id
      LEFT JOIN outlet_copy outlet ON outlet.id = booking.outlet_id
      WHERE booking.booked_at >= $1::date::timestamp AT TIME ZONE coalesce(outlet.time_zone, 'UTC')
        AND booking.booked_at < ($2::date + 1)::timestamp AT TIME ZONE coalesce(outlet.time_zone, 'UTC')
        AND ($3::uuid IS NULL OR booking.outlet_id = $3::uuid)
        AND ($4::uuid IS NULL OR booking.franchise_id = $4::uuid)
        AND ($5::boolean OR booking.franchise_id = ANY($6::uuid[]) OR booking.outlet_id = ANY($7::uuid[]))
      GROUP BY 1, 2, 3, 4`,
    values: [from, to, outletId, franchiseId, everywhere, franchiseIds, outletIds],
  });
  return rows;
}

export interface Place {
  readonly outletId: string | null;
  readonly franchiseId: string | null;
}

/** Which part of a place is not there, or not within the scope; null when all of it is. */
export async function findMissing(
  { prisma }: Pick<PaymentDatabase, 'prisma'>,
  scope: Scope,
  { outletId, franchiseId }: Place,
): Promise<'Outlet' | 'Franchise' | null> {
  if (outletId !== null) {
    const outlet = isId(outletId) ? await prisma.outletCopy.findUnique({ where: { id: outletId } }) : null;
    if (outlet === null || !covers(scope, { franchiseId: outlet.franchiseId, outletId })) return 'Outlet';
    return franchiseId === null || franchiseId === outlet.franchiseId ? null : 'Outlet';
  }
  if (franchiseId === null) return null;
  const known = isId(franchiseId) ? await prisma.outletCopy.findFirst({ where: { franchiseId } }) : null;
  return known !== null && covers(scope, { franchiseId }) ? null : 'Franchise';
}
