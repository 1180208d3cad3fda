/**
 * Writes a payment down before anybody is asked for money, with its idempotency key, in one statement, as asked for from
 * then on: whoever writes it asks at once, or dies. A payment whose charge was never recorded is due for a check and found
 * by the sweep.
 */
import pg from 'pg';
import { UserFault } from '../../../platform/errors.js';
import { type PaymentMethod, providerOf } from '../domain/methods.js';
import { payability } from '../domain/order-status.js';
import { CALL_LEASE_SECONDS } from '../domain/retry-schedule.js';
import type { ChargeChannel } from '../providers/provider.js';
import type { PaymentDatabase } from './database.js';
import type { RequestKey } from './idempotency.js';
import type { OrderCopy } from './orders.js';
import { tellWatchers } from './payment-events.js';
import { PAYMENT_COLUMNS, type Payment } from './records.js';

export interface NewPayment {
  readonly paymentId: string;
  readonly orderId: string;
  /** Whose order it is. */
  readonly customerId: string;
  readonly method: PaymentMethod;
  readonly channel: ChargeChannel;
  readonly request: RequestKey;
}

/**
 * The order is locked, so that its end and its payment see each other. That nobody else pays it is the unique index's
 * to say: whoever inserts second waits for the first and then inserts nothing, and its key stays free.
 */
const BEGIN = `
  WITH payable AS (
    SELECT id, customer_id, outlet_id, franchise_id, total FROM order_copy
    WHERE id = $2 AND customer_id = $3 AND status = 'AWAITING_PAYMENT' AND total > 0 FOR UPDATE
  ), begun AS (
    INSERT INTO payment (id, order_id, customer_id, outlet_id, franchise_id, method, provider, status, amount, channel,
                         next_check_at, asked_at)
    SELECT $1::uuid, id, customer_id, outlet_id, franchise_id, $4::"PaymentMethod", $5::"PaymentProvider", 'PENDING', total,
           $6::jsonb,
           now() + make_interval(secs => $7), CASE WHEN $7::float8 IS NOT NULL THEN now() END
    FROM payable
    ON CONFLICT (order_id) WHERE status <> 'FAILED' AND NOT is_surplus DO NOTHING
    RETURNING *
  ), claimed AS (
    INSERT INTO idempotency (scope, key, input_hash, result_id) SELECT $8, $9, $10, id FROM begun
  )
  SELECT ${PAYMENT_COLUMNS} FROM begun`;

/** Null when nothing was written: the order is not that customer's, cannot be paid now, or the key was used. */
export async function beginPayment(
  database: Pick<PaymentDatabase, 'pool' | 'publish'>,
  { paymentId, orderId, customerId, method, channel, request }: NewPayment,
): Promise<Payment | null> {
  const provider = providerOf(method);
  const isOnline = provider !== 'CASH';
  try {
    const { rows } = await database.pool.query<Payment>({
      name: 'payment-begin',
      text: BEGIN,
      values: [
        paymentId,
        orderId,
        customerId,
        method,
        provider,
        isOnline ? JSON.stringify(channel) : null,
        isOnline ? CALL_LEASE_SECONDS : null,
        request.scope,
        request.key,
        request.inputHash,
      ],
    });
    const [payment] = rows;
    if (payment === undefined) return null;
    tellWatchers(database, payment);
    return payment;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.constraint === 'idempotency_pkey') return null;
    throw error;
  }
}

/** @throws UserFault saying why the order cannot be paid; returns when nothing stands against it. */
export async function refuseUnpayable(
  { prisma }: Pick<PaymentDatabase, 'prisma'>,
  order: OrderCopy,
): Promise<void> {
  const state = payability(order.status);
  if (state === 'PAID') throw UserFault.of('INVALID_STATE', 'This order is paid', ['orderId']);
  if (state !== 'PAYABLE' || !order.total) {
    const message = state === 'DEAD' ? 'This order can no longer be paid' : 'This order cannot be paid yet';
    throw UserFault.of('ORDER_NOT_PAYABLE', message, ['orderId']);
  }
  const rival = await prisma.payment.findFirst({
    where: { orderId: order.id, isSurplus: false, status: { not: 'FAILED' } },
  });
  if (rival === null) return;
  throw UserFault.of(
    'INVALID_STATE',
    rival.status === 'PENDING' ? 'A payment of this order is under way' : 'This order is paid',
    ['orderId'],
  );
}
