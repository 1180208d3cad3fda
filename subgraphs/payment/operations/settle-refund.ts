/** Brings a refund up to what its provider says, asking for it where it was never asked for. As often as one likes. */
import type { Cause } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import { counter } from '../../../platform/metrics.js';
import { secondsUntilCheck } from '../domain/checks.js';
import { type ProviderRefund, ProviderRefusal, ProviderUnavailable } from '../providers/provider.js';
import type { Providers } from '../providers/providers.js';
import type { PaymentDatabase } from '../store/database.js';
import { inSeconds } from '../store/payment-change.js';
import { type Refund, refundOf } from '../store/records.js';
import { recordRefund } from '../store/refunding.js';
import { sharedCalls } from './shared-calls.js';

export interface RefundSettling {
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

export function refundSettling({ database, providers, log }: RefundSettlingOptions): RefundSettling {
  const shared = sharedCalls<Refund>();

  async function settle(cause: Cause, refundId: string): Promise<Refund> {
    const row = await find(refundId);
    if (row.status !== 'PENDING') return refundOf(row);
    try {
      return await record(cause, row, await ask(row));
    } catch (error) {
      if (error instanceof ProviderRefusal) {
        return record(cause, row, { status: 'FAILED', transactionId: null, failureReason: error.message });
      }
      if (!(error instanceof ProviderUnavailable)) throw error;
      log.warn({ refundId, error: error.message }, 'refund: will ask again');
      await database.prisma.refund.updateMany({
        where: { id: refundId, status: 'PENDING' },
        data: { nextCheckAt: inSeconds(secondsUntilCheck(row.checks)) },
      });
      return refundOf(await database.prisma.refund.findUniqueOrThrow({ where: { id: refundId } }));
    }
  }

  type Row = Awaited<ReturnType<typeof find>>;

  function find(id: string) {
    return database.prisma.refund.findUniqueOrThrow({ where: { id }, include: { payment: true } });
  }

  function ask({ id, amount, transactionId, payment }: Row): Promise<ProviderRefund> {
    if (payment.provider === 'CASH' || payment.transactionId === null) {
      throw new Error(`Refund ${id} has no provider to ask`);
    }
    return providers[payment.provider].refund({
      refundId: id,
      paymentId: payment.id,
      chargeId: payment.transactionId,
      transactionId,
      amount: Number(amount),
      isWhole: amount === payment.amount,
    });
  }

  async function record(cause: Cause, { id, origin, payment }: Row, answer: ProviderRefund): Promise<Refund> {
    const refund = await database.work(cause, (work) => recordRefund(work, id, answer));
    if (refund.status === 'FAILED') {
      refused.inc({ provider: payment.provider, origin });
      log.error({ refundId: id, paymentId: payment.id, reason: refund.failureReason }, 'refund refused');
    }
    return refund;
  }

  return { settle: (cause, refundId) => shared(refundId, () => settle(cause, refundId)) };
}
