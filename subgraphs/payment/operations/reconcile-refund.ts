/** Brings a refund up to what its provider says, asking for it where it was never asked for. As often as one likes. */
import type { Cause } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import { counter } from '../../../platform/metrics.js';
import { isCaptured } from '../domain/payment-state.js';
import { secondsUntilNextRefund } from '../domain/retry-schedule.js';
import { type ProviderRefund, ProviderRefusal, ProviderUnavailable } from '../providers/provider.js';
import type { Providers } from '../providers/providers.js';
import type { PaymentDatabase } from '../store/database.js';
import { inSeconds } from '../store/payment-change.js';
import type { Payment, Refund } from '../store/records.js';
import { recordRefund, recordReportedRefunds } from '../store/refund-changes.js';
import { postponeRefund, postponeRefundLookup, readPayment, readRefunding } from '../store/subjects.js';
import { singleFlight } from './single-flight.js';

export interface RefundReconciler {
  /** The refund as it stands after asking; as it stood, when the provider cannot be asked now. */
  settle(cause: Cause, refundId: string): Promise<Refund>;
  /** Records what was refunded at the provider without us. Where it cannot be asked now, it is asked again later. */
  lookUp(cause: Cause, paymentId: string): Promise<void>;
}

export interface RefundSettlingOptions {
  readonly database: PaymentDatabase;
  readonly providers: Providers;
  readonly log: Log;
}

const refused = counter('kedai_refunds_refused_total', 'Refunds that a provider refused', [
  'provider',
  'origin',
]);

export function refundSettling({ database, providers, log }: RefundSettlingOptions): RefundReconciler {
  const shared = singleFlight<Refund>();

  async function settle(cause: Cause, refundId: string): Promise<Refund> {
    const { refund, payment } = await readRefunding(database, refundId);
    if (refund.status !== 'PENDING') return refund;
    try {
      return await record(cause, payment, refund, await ask(payment, refund));
    } catch (error) {
      if (error instanceof ProviderRefusal) {
        const answer = { status: 'FAILED', transactionId: null, failureReason: error.message } as const;
        return record(cause, payment, refund, answer);
      }
      if (!(error instanceof ProviderUnavailable)) throw error;
      log.warn({ refundId, error: error.message }, 'refund: will ask again');
      return postponeRefund(database, refund);
    }
  }

  function ask(payment: Payment, { id, amount, transactionId }: Refund): Promise<ProviderRefund> {
    if (payment.provider === 'CASH' || payment.method === 'CASH' || payment.transactionId === null) {
      throw new Error(`Refund ${id} has no provider to ask`);
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
    const refund = await database.work(cause, (work) => recordRefund(work, refundId, answer));
    if (refund.status === 'FAILED') {
      refused.inc({ provider, origin });
      log.error({ refundId, paymentId, reason: refund.failureReason }, 'refund refused');
    }
    return refund;
  }

  async function lookUp(cause: Cause, paymentId: string): Promise<void> {
    const payment = await readPayment(database, paymentId);
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
      log.warn({ paymentId, provider: name, error: error.message }, 'refund: will look again');
      await postponeRefundLookup(database, paymentId, inSeconds(secondsUntilNextRefund(1)));
    }
  }

  return { settle: (cause, refundId) => shared(refundId, () => settle(cause, refundId)), lookUp };
}
