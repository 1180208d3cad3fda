/**
 * Finishes what no request or callback finishes: payments whose callback never came or whose process died before it had
 * the provider's answer, refunds that an order's end requires, refused refunds to be retried, and refunds made at the
 * provider whose callback was lost.
 */
import { newCause } from '../../../platform/events/envelope.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Services } from '../context.js';
import { claimDuePayments, claimDueRefundLookups, claimDueRefunds } from '../store/unscoped-payments.js';

const POLL_INTERVAL_MILLISECONDS = 1_000;

export function startSweep({
  database,
  charges,
  refunds,
  log,
}: Pick<Services, 'database' | 'charges' | 'refunds' | 'log'>): PollLoop {
  return startPollLoop({
    name: 'payment.sweep',
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      const [paymentIds, refundKeys, lookupIds] = await Promise.all([
        claimDuePayments(database),
        claimDueRefunds(database),
        claimDueRefundLookups(database),
      ]);
      const outcomes = await Promise.allSettled([
        ...paymentIds.map((id) => charges.settle(newCause(), id)),
        ...refundKeys.map((key) => refunds.settle(newCause(), key)),
        ...lookupIds.map((id) => refunds.lookUp(newCause(), id)),
      ]);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected')
          log.error({ error: String(outcome.reason) }, 'sweep: one item failed');
      }
      return outcomes.length > 0 ? 'more' : 'done';
    },
  });
}
