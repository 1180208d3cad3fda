/**
 * Writes a payment before its provider is sent a request, as attempted from then on: the process that writes it sends the
 * request at once, or dies. A payment whose charge was never recorded is due for a check and found by the sweep.
 */
import { UserFault } from '../../../platform/errors.js';
import type { OutboxRow } from '../../../platform/events/outbox.js';
import type { Scope } from '../../../platform/identity/identity.js';
import type { IdempotentRequest } from '../../../platform/kit/idempotency.js';
import { isUniqueViolation } from '../../../platform/kit/unique-violation.js';
import { add } from '../../../platform/money.js';
import type { PaymentMethod, ProviderName } from '../domain/methods.js';
import { isSettled, owedOf } from '../domain/order-money.js';
import { payability } from '../domain/order-status.js';
import type { OrderCopy, Payment } from '../domain/records.js';
import { CALL_LEASE_SECONDS } from '../domain/retry-schedule.js';
import type { ChargeChannel } from '../providers/provider.js';
import { publishChange } from '../published.js';
import type { OwnPaymentDatabase, PaymentDatabase } from '../store/database.js';
import { findStandingPayments, insertPayment } from '../store/payments.js';

/** What is paid, in whole rupiah. */
export interface PaidMoney {
  /** Of the order's total; null for all that is still owed. */
  readonly amount: number | null;
  /** On top of it. */
  readonly tip: number;
  /** CASH: what the guest gives, where it is known. */
  readonly tendered: number | null;
}

export interface PaymentRequest {
  readonly paymentId: string;
  readonly orderId: string;
  /** Whose order it is. */
  readonly customerId: string | null;
  readonly method: PaymentMethod;
  readonly money: PaidMoney;
  /** Who takes it. */
  readonly provider: ProviderName | 'CASH';
  readonly channel: ChargeChannel;
  readonly request: IdempotentRequest;
  /** For the audit trail, written with the payment. Default: none, as for a guest's own. */
  readonly record?: OutboxRow | null;
}

/** Null when nothing was written: the order is not that customer's, outside what is allowed, cannot be paid so now, or the key was used. */
export async function beginPayment(
  {
    database,
    cashWindowSeconds,
  }: {
    readonly database: Pick<OwnPaymentDatabase, 'pool' | 'publish' | 'wakeRelay'>;
    readonly cashWindowSeconds: number;
  },
  allowed: { readonly scope: Scope; readonly reach: Scope },
  {
    paymentId,
    orderId,
    customerId,
    method,
    provider,
    money,
    channel,
    request,
    record = null,
  }: PaymentRequest,
): Promise<Payment | null> {
  const isCash = provider === 'CASH';
  const payment = {
    ...{ id: paymentId, orderId, customerId, method, provider, ...money },
    channel: isCash ? null : channel,
    leaseSeconds: isCash ? cashWindowSeconds : CALL_LEASE_SECONDS,
    ...{ idempotency: request, record },
  };
  try {
    const begun = await insertPayment(database, allowed, payment);
    if (begun !== null && record !== null) database.wakeRelay();
    if (begun !== null) publishChange(database, begun);
    return begun;
  } catch (error) {
    if (isUniqueViolation(error, 'idempotency_pkey')) return null;
    throw error;
  }
}

/**
 * @returns what is paid of the order's total, when nothing is in the way.
 * @throws UserFault naming why the order cannot be paid so.
 */
export async function refuseUnpayable(
  { prisma }: Pick<PaymentDatabase, 'prisma'>,
  order: OrderCopy,
  { amount: given, tip, tendered }: PaidMoney,
): Promise<number> {
  const state = payability(order.status);
  if (state === 'PAID') throw UserFault.of('INVALID_STATE', 'This order is paid', ['orderId']);
  if (state !== 'PAYABLE' || !order.total) {
    const message = state === 'DEAD' ? 'This order can no longer be paid' : 'This order cannot be paid yet';
    throw UserFault.of('ORDER_NOT_PAYABLE', message, ['orderId']);
  }
  const standing = await findStandingPayments(prisma, order.id);
  const owed = owedOf(order.total, standing);
  if (owed === 0) {
    const message = isSettled(standing) ? 'This order is paid' : 'A payment of this order is under way';
    throw UserFault.of('INVALID_STATE', message, ['orderId']);
  }
  const amount = given ?? owed;
  if (amount > owed) {
    throw UserFault.of('AMOUNT_EXCEEDS_OWED', `At most ${owed} is still owed`, ['amount']);
  }
  if (tendered !== null) requireTendered(tendered, add(amount, tip));
  return amount;
}

/** @throws UserFault TENDERED_TOO_LITTLE */
export function requireTendered(tendered: number, charged: number): void {
  if (tendered >= charged) return;
  throw UserFault.of('TENDERED_TOO_LITTLE', `${charged} has to be paid`, ['tendered']);
}
