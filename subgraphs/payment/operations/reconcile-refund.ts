/**
 * Brings refunds to their state at the provider: sends a request where none was sent, looks refunds up where one was, and
 * finds those that were made at the provider's dashboard. Repeating any of it changes nothing.
 */
import type { Cause } from '../../../platform/events/envelope.js';
import { singleFlight } from '../../../platform/kit/concurrency.js';
import type { Log } from '../../../platform/log.js';
import { counter } from '../../../platform/metrics.js';
import { isCaptured } from '../domain/payment-state.js';
import type { Payment, Refund, RefundKey } from '../domain/records.js';
import { secondsUntilCheck, secondsUntilNextRefund } from '../domain/retry-schedule.js';
import { type ProviderRefund, ProviderRefusal, ProviderUnavailable } from '../providers/provider.js';
import type { Providers } from '../providers/providers.js';
import type { OwnPaymentDatabase } from '../store/database.js';
import {
  findPaymentById,
  findRefundWithPayment,
  updateNextRefundCheck,
  updateNextRefundLookup,
} from '../store/unscoped-payments.js';
import { inSeconds } from './change-payment.js';
import { recordRefund, recordReportedRefunds } from './record-refund.js';

export interface RefundReconciler {
  /** The refund as the provider says it stands; as it stood, when the provider is unavailable. */
  settle(cause: Cause, key: RefundKey): Promise<Refund>;
  /** Records the refunds made at the provider; looks again later when it is unavailable. */
  lookUp(cause: Cause, paymentId: string): Promise<void>;
}

export interface RefundReconcilerOptions {
  readonly database: OwnPaymentDatabase;
  readonly providers: Providers;
  readonly log: Log;
}

const refusedRefunds = counter('kedai_refunds_refused_total', 'Refunds that a provider refused', [
  'provider',
  'origin',
]);

export function createRefundReconciler({
  database,
  providers,
  log,
}: RefundReconcilerOptions): RefundReconciler {
  const shared = singleFlight<Refund>();

  async function settle(cause: Cause, key: RefundKey): Promise<Refund> {
    const { refund, payment } = await findRefundWithPayment(database, key);
    if (refund.status !== 'PENDING') return refund;
    try {
      return await record(cause, payment, refund, await requestRefund(payment, refund));
    } catch (error) {
      if (error instanceof ProviderRefusal) {
        const answer = { status: 'FAILED', transactionId: null, failureReason: error.message } as const;
        return record(cause, payment, refund, answer);
      }
      if (!(error instanceof ProviderUnavailable)) throw error;
      log.warn({ refundId: key.id, error: error.message }, 'refund: provider unavailable, will be retried');
      return updateNextRefundCheck(database, key, inSeconds(secondsUntilCheck(refund.checks)));
    }
  }

  function requestRefund(payment: Payment, { id, amount, transactionId }: Refund): Promise<ProviderRefund> {
    if (payment.provider === 'CASH' || payment.method === 'CASH' || payment.transactionId === null) {
      throw new Error(`Refund ${id} has no provider`);
    }
    return providers[payment.provider].refund({
      refundId: id,
      paymentId: payment.id,
      method: payment.method,
      chargeId: payment.transactionId,
      transactionId,
      amount,
      isWhole: amount === payment.amount,
    });
  }

  async function record(
    cause: Cause,
    { id: paymentId, provider }: Payment,
    { id: refundId, origin }: Refund,
    answer: ProviderRefund,
  ): Promise<Refund> {
    const key = { paymentId, id: refundId };
    const refund = await database.work(cause, (work) => recordRefund(work, key, answer));
    if (refund.status === 'FAILED') {
      refusedRefunds.inc({ provider, origin });
      log.error({ refundId, paymentId, reason: refund.failureReason }, 'refund: refused');
    }
    return refund;
  }

  async function lookUp(cause: Cause, paymentId: string): Promise<void> {
    const payment = await findPaymentById(database, paymentId);
    const { provider: name, method, transactionId } = payment;
    if (!isCaptured(payment.status) || name === 'CASH' || method === 'CASH' || transactionId === null) return;
    try {
      const reported = await providers[name].findRefunds({ paymentId, method, transactionId });
      const left = await database.work(cause, (work) => recordReportedRefunds(work, paymentId, reported));
      for (const { amount } of left) {
        log.warn(
          { paymentId, provider: name, amount },
          'refund: made at the provider, cannot be recorded yet',
        );
      }
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error;
      log.warn({ paymentId, error: error.message }, 'refund look-up: provider unavailable, will be retried');
      await updateNextRefundLookup(database, paymentId, inSeconds(secondsUntilNextRefund(1)));
    }
  }

  return { settle: (cause, key) => shared(key.id, () => settle(cause, key)), lookUp };
}
