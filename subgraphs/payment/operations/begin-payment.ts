/**
 * Writes a payment before its provider is sent a request, as attempted from then on: the process that writes it sends the
 * request at once, or dies. A payment whose charge was never recorded is due for a check and found by the sweep.
 */
import { UserFault } from '../../../platform/errors.js';
import type { OutboxRow } from '../../../platform/events/outbox.js';
import type { Scope } from '../../../platform/identity/identity.js';
import type { IdempotentRequest } from '../../../platform/kit/idempotency.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import { type PaymentMethod, providerOf } from '../domain/methods.js';
import { payability } from '../domain/order-status.js';
import type { OrderCopy, Payment } from '../domain/records.js';
import { CALL_LEASE_SECONDS } from '../domain/retry-schedule.js';
import type { ChargeChannel } from '../providers/provider.js';
import { publishChange } from '../published.js';
import type { OwnPaymentDatabase, PaymentDatabase } from '../store/database.js';
import { findStandingPayment, insertPayment } from '../store/payments.js';

export interface PaymentRequest {
  readonly paymentId: string;
  readonly orderId: string;
  /** Whose order it is. */
  readonly customerId: string;
  readonly method: PaymentMethod;
  readonly channel: ChargeChannel;
  readonly request: IdempotentRequest;
  /** For the audit trail, written with the payment. Default: none, as for a guest's own. */
  readonly record?: OutboxRow | null;
}

/** Null when nothing was written: the order is not that customer's, outside what is allowed, cannot be paid now, or the key was used. */
export async function beginPayment(
  database: Pick<OwnPaymentDatabase, 'pool' | 'publish' | 'wakeRelay'>,
  allowed: { readonly scope: Scope; readonly reach: Scope },
  { paymentId, orderId, customerId, method, channel, request, record = null }: PaymentRequest,
): Promise<Payment | null> {
  const provider = providerOf(method);
  const charging = provider === 'CASH' ? null : { channel, leaseSeconds: CALL_LEASE_SECONDS };
  const payment = {
    id: paymentId,
    orderId,
    customerId,
    method,
    provider,
    charging,
    idempotency: request,
    record,
  };
  try {
    const begun = await insertPayment(database, allowed, payment);
    if (begun !== null && record !== null) database.wakeRelay();
    if (begun !== null) publishChange(database, begun);
    return begun;
  } catch (error) {
    if (isUniqueViolation(error, 'idempotency_pkey')) return null;
    if (isUniqueViolation(error, 'standing_payment_pkey')) return null;
    throw error;
  }
}

/** @throws UserFault naming why the order cannot be paid; returns when nothing is in the way. */
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
  const rival = await findStandingPayment(prisma, order.id);
  if (rival === null) return;
  const message = rival.status === 'PENDING' ? 'A payment of this order is under way' : 'This order is paid';
  throw UserFault.of('INVALID_STATE', message, ['orderId']);
}
