/**
 * Finishes what nobody else does: payments whose callback never came, whose caller died between writing them down and
 * hearing from the provider, and refunds that an order's end has asked for, anew where a provider has refused one.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { claimDuePayments, claimDueRefundLookups, claimDueRefunds } from '../store/due.js';
import { prune } from '../store/pruning.js';
import { ownCause, type Services } from './services.js';

export interface Sweep {
  /** Looks at once instead of within the second. */
  wake(): void;
  /** Ends after what is under way. */
  stop(): Promise<void>;
}

const POLL_INTERVAL_MILLISECONDS = 1_000;
const PRUNE_MILLISECONDS = 600_000;

export function startSweep({
  database,
  charges,
  refunds,
  log,
}: Pick<Services, 'database' | 'charges' | 'refunds' | 'log'>): Sweep {
  let sleeper = new AbortController();
  let isAwake = false;
  let isStopped = false;
  let nextPruning = Date.now() + PRUNE_MILLISECONDS;

  async function run(): Promise<void> {
    while (!isStopped) {
      isAwake = false;
      const found = await sweep().catch((error: unknown) => {
        log.warn({ error: String(error) }, 'sweep: will look again');
        return 0;
      });
      if (found > 0 || isAwake || isStopped) continue;
      sleeper = new AbortController();
      await delay(POLL_INTERVAL_MILLISECONDS, undefined, { signal: sleeper.signal }).catch(() => undefined);
    }
  }

  async function sweep(): Promise<number> {
    if (Date.now() >= nextPruning) {
      nextPruning = Date.now() + PRUNE_MILLISECONDS;
      await prune(database);
    }
    const [paymentIds, refundIds, lookupIds] = await Promise.all([
      claimDuePayments(database),
      claimDueRefunds(database),
      claimDueRefundLookups(database),
    ]);
    const outcomes = await Promise.allSettled([
      ...paymentIds.map((id) => charges.settle(ownCause(), id)),
      ...refundIds.map((id) => refunds.settle(ownCause(), id)),
      ...lookupIds.map((id) => refunds.lookUp(ownCause(), id)),
    ]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') log.error({ error: String(outcome.reason) }, 'sweep: one failed');
    }
    return outcomes.length;
  }

  const running = run();
  return {
    wake() {
      isAwake = true;
      sleeper.abort();
    },
    async stop() {
      isStopped = true;
      sleeper.abort();
      await running;
    },
  };
}
