/** The double-entry ledger: its bookings, and their sums over days. The database refuses what does not add up to zero. */

import type { Scope } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { PostingSums } from '../domain/financial-report.js';
import { entriesOf, type LedgerReason } from '../domain/ledger.js';
import type { Payment } from '../domain/records.js';
import type { Transaction, WithPool } from './database.js';

/** Books money that moved, in the transaction that records the move. @param subject the refund given or the dispute. */
export async function insertBooking(
  tx: Transaction,
  reason: Exclude<LedgerReason, 'CAPTURE'>,
  payment: Payment,
  subject: { readonly id: string; readonly amount: number },
): Promise<void> {
  const id = newId();
  const { id: paymentId, provider, method, outletId, franchiseId, isSurplus } = payment;
  await tx.ledgerTransaction.create({
    data: { id, reason, subjectId: subject.id, paymentId, provider, method, outletId, franchiseId },
  });
  const entries = entriesOf(reason, { provider, isSurplus, amount: subject.amount });
  await tx.ledgerEntry.createMany({
    data: entries.map(({ account, amount }) => ({
      ...{ transactionId: id, account, outletId, franchiseId },
      amount: BigInt(amount),
    })),
  });
}

export interface LedgerPeriod extends RequestedPlace {
  /** Both included. */
  readonly from: CalendarDay;
  readonly to: CalendarDay;
}

/** Sums the ledger over days, each in its outlet's time zone, within the scope; however many bookings, one query. */
export async function findPostingSums(
  { pool }: WithPool,
  scope: Scope,
  { from, to, outletId, franchiseId }: LedgerPeriod,
): Promise<PostingSums[]> {
  const covered = coveredSql(scope, { after: 4, table: 'booking' });
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
        AND ${covered.condition}
      GROUP BY 1, 2, 3, 4`,
    values: [from, to, outletId, franchiseId, ...covered.values],
  });
  return rows;
}
