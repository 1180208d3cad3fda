/** The double-entry ledger: its bookings, and their sums over days. The database refuses what does not add up to zero. */
import type { Scope } from '../../../platform/identity/identity.js';
import { firstIdAt, newId } from '../../../platform/ids.js';
import type { CalendarDay } from '../../../platform/kit/calendar.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { ChargeShares } from '../../../platform/order-charges.js';
import type { PostingSums } from '../domain/financial-report.js';
import { entriesOf, type LedgerReason } from '../domain/ledger.js';
import type { Payment } from '../domain/records.js';
import type { MoneyShares } from '../domain/shares.js';
import type { Transaction, WithPool } from './database.js';

const DAY_MILLISECONDS = 86_400_000;

/**
 * Books money that moved, in the transaction that records the move.
 * @param subjectId the refund given, the dispute, or the order settled. @param shares of what moved.
 * @param ofSale what the order's money in it is for; left out for its lines alone.
 */
export async function insertBooking(
  tx: Transaction,
  reason: Exclude<LedgerReason, 'CAPTURE'>,
  payment: Payment,
  subjectId: string,
  shares: MoneyShares,
  ofSale?: ChargeShares,
): Promise<void> {
  const id = newId();
  const { id: paymentId, provider, method, outletId, franchiseId, isDeposit } = payment;
  await tx.ledgerTransaction.create({
    data: { id, reason, subjectId, paymentId, provider, method, outletId, franchiseId },
  });
  const entries = entriesOf(reason, { provider, shares, ofSale, isDeposit });
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
  /** What was booked until then; left out for all. */
  readonly asOf?: Date;
}

/**
 * The entries of bookings of days, each in its outlet's time zone, within the scope, archived months, too, as SQL. However many bookings, one
 * query: bookings of these days have ids of these days, and those of a clock that was wrong are named by a small table.
 */
async function bookingsOf(
  { pool }: WithPool,
  scope: Scope,
  { from, to, outletId, franchiseId, asOf }: LedgerPeriod,
): Promise<{ readonly tables: string; readonly condition: string; readonly values: readonly unknown[] }> {
  // Wider than the days of any time zone, and than clocks that are right differ.
  const [firstId, endId] = [
    firstIdAt(Date.parse(from) - 3 * DAY_MILLISECONDS),
    firstIdAt(Date.parse(to) + 4 * DAY_MILLISECONDS),
  ];
  const misdated = await pool.query<{ id: string }>({
    name: 'ledger-misdated',
    text: `SELECT transaction_id AS id FROM misdated_booking
           WHERE booked_at >= $1::date - 2 AND booked_at < $2::date + 3 AND NOT (transaction_id >= $3 AND transaction_id < $4)`,
    values: [from, to, firstId, endId],
  });
  const otherIds = misdated.rows.map(({ id }) => id);
  const covered = coveredSql(scope, { after: 7, table: 'booking' });
  const others = otherIds.length === 0 ? [] : [otherIds];
  const isOther = (id: string) =>
    others.map(() => `OR ${id} = ANY($${8 + covered.values.length}::uuid[])`).join('');
  const isAmong = (id: string) => `(${id} >= $5 AND ${id} < $6 ${isOther(id)})`;
  return {
    tables: `ledger_transaction_with_archive booking
     JOIN ledger_entry_with_archive entry ON entry.transaction_id = booking.id
     LEFT JOIN outlet_copy outlet ON outlet.id = booking.outlet_id`,
    condition: `${isAmong('booking.id')} AND ${isAmong('entry.transaction_id')}
       AND booking.booked_at >= $1::date::timestamp AT TIME ZONE coalesce(outlet.time_zone, 'UTC')
       AND booking.booked_at < ($2::date + 1)::timestamp AT TIME ZONE coalesce(outlet.time_zone, 'UTC')
       AND ($7::timestamptz IS NULL OR booking.booked_at <= $7)
       AND ($3::uuid IS NULL OR booking.outlet_id = $3::uuid)
       AND ($4::uuid IS NULL OR booking.franchise_id = $4::uuid)
       AND ${covered.condition}`,
    values: [from, to, outletId, franchiseId, firstId, endId, asOf ?? null, ...covered.values, ...others],
  };
}

export async function findPostingSums(
  database: WithPool,
  scope: Scope,
  period: LedgerPeriod,
): Promise<PostingSums[]> {
  const { tables, condition, values } = await bookingsOf(database, scope, period);
  // Planned for these days alone: a plan for any days would look into every month.
  const { rows } = await database.pool.query<PostingSums>(
    `SELECT booking.reason, booking.provider, booking.method, entry.account,
            coalesce(sum(entry.amount) FILTER (WHERE entry.amount > 0), 0)::float8 AS debit,
            coalesce(sum(-entry.amount) FILTER (WHERE entry.amount < 0), 0)::float8 AS credit
     FROM ${tables} WHERE ${condition} GROUP BY 1, 2, 3, 4`,
    [...values],
  );
  return rows;
}

/** Cash that was captured while no till was open for it, less what was given back so. */
export async function findCashOutsideTills(
  database: WithPool,
  scope: Scope,
  period: LedgerPeriod,
): Promise<number> {
  const { tables, condition, values } = await bookingsOf(database, scope, period);
  const { rows } = await database.pool.query<{ amount: number }>(
    `SELECT coalesce(sum(entry.amount), 0)::float8 AS amount
     FROM ${tables} LEFT JOIN till_movement AS movement ON movement.subject_id = booking.subject_id
       AND movement.kind = CASE booking.reason WHEN 'CAPTURE' THEN 'PAYMENT'::"TillMovementKind" ELSE 'REFUND' END
     WHERE ${condition} AND entry.account = 'CASH_DRAWER' AND movement.id IS NULL`,
    [...values],
  );
  return rows[0]?.amount ?? 0;
}
