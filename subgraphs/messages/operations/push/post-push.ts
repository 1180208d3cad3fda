/** Posts one claimed push and marks what came of it. It is posted at least once; a browser shows one of an order. */
import type { Log } from '../../../../platform/log.js';
import { counter } from '../../../../platform/metrics.js';
import type { PushPoster } from '../../delivery/push/push-poster.js';
import { type ClaimedPush, pauseBeforePush, pushOutcome } from '../../domain/push.js';
import type { OwnMessagesDatabase } from '../../store/database.js';
import { deleteGoneSubscription, markNotPushed } from '../../store/push/deliveries.js';
import { writePush } from '../../templates/write-push.js';

export interface PushPosting {
  readonly database: OwnMessagesDatabase;
  readonly poster: PushPoster;
  readonly log: Log;
  markDelivered(id: string): Promise<unknown>;
}

const attempts = counter('kedai_push_attempts_total', 'Attempts to post a push, by what came of them', [
  'outcome',
]);

/** @param stopping breaks the attempt off: its claim lapses, and it is posted again. */
export async function postPush(
  push: ClaimedPush,
  { database, poster, log, markDelivered }: PushPosting,
  stopping: AbortSignal,
): Promise<void> {
  const seconds = Math.max(0, Math.floor((push.expiresAt.getTime() - Date.now()) / 1_000));
  const topic = push.orderId.replaceAll('-', '');
  const message = { text: writePush(push), seconds, topic, isUrgent: push.isUrgent };
  const answer = await poster.post(push, message, stopping);
  if (stopping.aborted && answer.status === null) return;
  const outcome = pushOutcome(answer.status);
  attempts.inc({ outcome: outcome.toLowerCase() });
  if (outcome === 'DELIVERED') {
    await markDelivered(push.id);
    return;
  }
  const about = { push: push.id, attempts: push.attempts, failure: answer.failure };
  log.warn(about, outcome === 'GONE' ? 'push: the browser is gone' : 'push not delivered');
  if (outcome === 'GONE') return deleteGoneSubscription(database, push.subscriptionId);
  const pause = outcome === 'LATER' ? pauseBeforePush(push.attempts, answer.retryAfterSeconds) : null;
  await markNotPushed(database, push, answer.failure, pause);
}
