/** Payments with their live versions, each read by one statement with its version, for the caller's subscriptions. */
import type { Scope } from '../../../platform/identity/identity.js';
import { withArchive } from '../../../platform/kit/archive.js';
import { type LiveThing, liveColumns } from '../../../platform/kit/follow-changes.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql } from '../../../platform/kit/tenant-scope.js';
import type { Payment } from '../domain/records.js';
import type { WithPool } from './database.js';
import { firstIdSince } from './id-window.js';
import { PAYMENT_COLUMNS } from './rows.js';

export interface LivePayment extends LiveThing {
  readonly payment: Payment;
}

type LiveRow = Payment & LiveThing;

const COLUMNS = `${PAYMENT_COLUMNS}, ${liveColumns('payment', 'payment.id', 'changed_at')}`;

/** The newest payments of a place that were begun from a moment on, oldest first. */
export async function findPaymentsSince(
  { pool }: WithPool,
  scope: Scope,
  { outletId, franchiseId }: RequestedPlace,
  since: Date,
  limit: number,
): Promise<LivePayment[]> {
  const { condition, values } = coveredSql(scope, { after: 5 });
  const { rows } = await pool.query<LiveRow>({
    text: `
      SELECT ${COLUMNS} FROM payment
      WHERE id >= $1::uuid AND created_at >= $2 AND ($3::uuid IS NULL OR outlet_id = $3) AND ($4::uuid IS NULL OR franchise_id = $4)
        AND ${condition} ORDER BY id DESC LIMIT $5`,
    values: [firstIdSince(since), since, outletId, franchiseId, limit, ...values],
  });
  return rows.map(livePayment).reverse();
}

/** Those within the scope, archived ones too. */
export async function findLivePayments(
  { pool }: WithPool,
  scope: Scope,
  ids: readonly string[],
): Promise<LivePayment[]> {
  const { condition, values } = coveredSql(scope, { after: 1 });
  return withArchive(
    ids,
    ({ id }: LivePayment) => id,
    async (schema, some) => {
      const { rows } = await pool.query<LiveRow>({
        text: `SELECT ${COLUMNS} FROM ${schema}.payment WHERE id = ANY($1::uuid[]) AND ${condition}`,
        values: [some, ...values],
      });
      return rows.map(livePayment);
    },
  );
}

function livePayment({ liveVersion, liveAt, ...payment }: LiveRow): LivePayment {
  return { id: payment.id, liveVersion, liveAt, payment };
}
