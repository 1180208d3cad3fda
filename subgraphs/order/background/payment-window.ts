/**
 * Cancels orders whose time to pay is over. It looks at the clock in the database every few seconds, so nothing is lost by
 * a restart, and in any number of processes: each takes the orders that no other is at.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '../../../platform/ids.js';
import type { Log } from '../../../platform/log.js';
import { newTraceparent } from '../../../platform/trace.js';
import type { OrderDatabase } from '../store/database.js';
import { forgetOldKeys } from '../store/idempotency.js';
import { advance, type TransitionRules } from '../store/transitions.js';

const POLL_INTERVAL_MILLISECONDS = 2_000;
const ORDERS_A_TURN = 200;

export function startPaymentWindow(
  database: OrderDatabase,
  rules: TransitionRules,
  log: Log,
): { stop(): Promise<void> } {
  const stopping = new AbortController();

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        while ((await closeWindows(database, rules)) === ORDERS_A_TURN);
        await forgetOldKeys(database.pool);
      } catch (error) {
        log.warn({ error: String(error) }, 'payment window: will look again');
      }
      await delay(POLL_INTERVAL_MILLISECONDS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** @returns how many orders it cancelled. */
async function closeWindows(database: OrderDatabase, rules: TransitionRules): Promise<number> {
  const cause = { correlationId: newId(), traceparent: newTraceparent() };
  return database.work(cause, async (work) => {
    const due = await work.tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM orders WHERE status = 'AWAITING_PAYMENT' AND payment_due_at <= now()
      ORDER BY payment_due_at LIMIT ${ORDERS_A_TURN} FOR NO KEY UPDATE SKIP LOCKED`;
    if (due.length === 0) return 0;
    const happening = () => ({ type: 'payment-window-closed' }) as const;
    await advance(
      rules,
      work,
      due.map(({ id }) => ({ orderId: id, cause, happening })),
    );
    return due.length;
  });
}
