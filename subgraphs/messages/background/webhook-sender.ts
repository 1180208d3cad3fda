/**
 * Posts deliveries as they become due: a bounded number at once, and of each webhook a few, so that a receiver that hangs delays nobody
 * else's. A webhook whose last attempt failed has one at a time.
 */
import { setMaxListeners } from 'node:events';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { ClaimedDelivery } from '../domain/webhook.js';
import { postDelivery, type WebhookPosting } from '../operations/webhooks/post-delivery.js';
import { claimDueDeliveries } from '../store/webhooks/attempts.js';
import { SETTLING_MILLISECONDS } from '../store/webhooks/deliveries.js';

const POLL_INTERVAL_MILLISECONDS = 500;
const AT_ONCE = 64;
const AT_ONCE_PER_WEBHOOK = 8;
/** Longer than the slowest attempt: 8 s for the name, 15 s for the receiver. */
const CLAIM_SECONDS = 40;
/** For attempts under way, once it is to stop. */
const STOP_MILLISECONDS = 3_000;
/** A retry that is due sooner is not left to the next poll. */
const SHORT_PAUSE_SECONDS = 5;

export interface WebhookSender extends Pick<PollLoop, 'stop'> {
  /** What is due is posted at once, and what was just written once it is due. */
  wake(): void;
}

export function startWebhookSender(posting: WebhookPosting): WebhookSender {
  const underWay = new Map<ClaimedDelivery, Promise<void>>();
  const timers = new Set<NodeJS.Timeout>();
  const stopping = new AbortController();
  // Every attempt under way listens to it.
  setMaxListeners(0, stopping.signal);

  function attemptsOf(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { webhookId } of underWay.keys()) counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1);
    return counts;
  }

  async function turn(): Promise<'more' | 'done'> {
    const free = AT_ONCE - underWay.size;
    if (free <= 0) return 'done';
    const attempts = attemptsOf();
    const due = await claimDueDeliveries(posting.database, {
      ...{ inAll: free, perWebhook: AT_ONCE_PER_WEBHOOK, claimSeconds: CLAIM_SECONDS },
      full: [...attempts].flatMap(([id, count]) => (count >= AT_ONCE_PER_WEBHOOK ? [id] : [])),
      busy: [...attempts.keys()],
    });
    for (const delivery of due) begin(delivery);
    return 'done';
  }

  function begin(delivery: ClaimedDelivery): void {
    const ended = postDelivery(delivery, posting, stopping.signal)
      .then((pause) => {
        if (pause !== null && pause < SHORT_PAUSE_SECONDS) wakeIn(pause * 1_000);
      })
      .catch((error: unknown) =>
        // Its claim lapses, and it is posted again.
        posting.log.warn({ delivery: delivery.id, error: String(error) }, 'webhook: not marked'),
      )
      .finally(() => {
        underWay.delete(delivery);
        loop.wake();
      });
    underWay.set(delivery, ended);
  }

  function wakeIn(milliseconds: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      loop.wake();
    }, milliseconds).unref();
    timers.add(timer);
  }

  const loop = startPollLoop({
    name: 'messages.webhook-sender',
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log: posting.log,
    turn,
  });
  return {
    wake() {
      loop.wake();
      wakeIn(SETTLING_MILLISECONDS);
    },
    async stop() {
      await loop.stop();
      for (const timer of timers) clearTimeout(timer);
      const patience = setTimeout(() => stopping.abort(), STOP_MILLISECONDS);
      await Promise.all(underWay.values());
      clearTimeout(patience);
    },
  };
}
