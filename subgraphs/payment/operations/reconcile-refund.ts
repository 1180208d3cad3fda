/** Brings a refund up to what its provider says, asking for it where it was never asked for. As often as one likes. */
import type { Cause } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import { counter } from '../../../platform/metrics.js';
import { type ProviderRefund, ProviderRefusal, ProviderUnavailable } from '../providers/provider.js';
import type { Providers } from '../providers/providers.js';
import type { PaymentDatabase } from '../store/database.js';
import type { Payment, Refund } from '../store/records.js';
import { recordRefund } from '../store/refund-changes.js';
import { postponeRefund, readRefunding } from '../store/subjects.js';
import { singleFlight } from './single-flight.js';

export interface RefundReconciler {
  /** The refund as it stands after asking; as it stood, when the provider cannot be asked now. */
  settle(cause: Cause, refundId: string): Promise<Refund>;
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

  return { settle: (cause, refundId) => shared(refundId, () => settle(cause, refundId)) };
}
