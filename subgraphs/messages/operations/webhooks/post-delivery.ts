/** Posts one claimed delivery and marks what came of it. It is posted at least once, with the same `webhook-id` however often. */
import { newCause } from '../../../../platform/events/envelope.js';
import type { Sealing } from '../../../../platform/identity/sealing.js';
import type { Log } from '../../../../platform/log.js';
import { counter } from '../../../../platform/metrics.js';
import type { PostWebhook } from '../../delivery/post.js';
import { signatureHeaders } from '../../delivery/webhooks/signature.js';
import { type Answer, type ClaimedDelivery, TEST_TYPE } from '../../domain/webhook.js';
import { pauseBeforeRetry } from '../../domain/webhook-schedule.js';
import type { OwnMessagesDatabase } from '../../store/database.js';
import {
  hasFailedFor,
  markDelivered,
  markForRetry,
  markGivenUp,
  updateDisabled,
} from '../../store/webhooks/attempts.js';

export interface WebhookPosting {
  readonly database: OwnMessagesDatabase;
  readonly sealing: Sealing;
  readonly post: PostWebhook;
  readonly log: Log;
}

const GONE = 410;
/** Of nothing but failures, after which a webhook is disabled. */
const FAILING_DAYS = 3;

const posted = counter('kedai_webhook_attempts_total', 'Attempts to post an event, by what came of them', [
  'outcome',
]);

/**
 * @param stopping breaks the attempt off: its claim lapses, and it is posted again.
 * @returns the seconds until its next attempt; null where there is none.
 */
export async function postDelivery(
  delivery: ClaimedDelivery,
  { database, sealing, post, log }: WebhookPosting,
  stopping: AbortSignal,
): Promise<number | null> {
  const answer = await attempt(delivery, sealing, (webhookPost) => post(webhookPost, stopping));
  if (answer.failure === null) {
    posted.inc({ outcome: 'delivered' });
    await markDelivered(database, delivery, answer);
    return null;
  }
  if (stopping.aborted) return null;
  const isTest = delivery.eventType === TEST_TYPE;
  const pause =
    isTest || answer.status === GONE ? null : pauseBeforeRetry(delivery.attempts, answer.retryAfterSeconds);
  posted.inc({ outcome: pause === null ? 'given_up' : 'retried' });
  const { webhookId: webhook, attempts } = delivery;
  log.warn({ webhook, event: delivery.eventId, attempts, failure: answer.failure }, 'webhook not delivered');
  if (pause === null) await markGivenUp(database, delivery, answer);
  else await markForRetry(database, delivery, answer, pause);
  if (isTest) return null;
  if (answer.status === GONE) await disable(database, webhook, 'GONE', log);
  else if (await hasFailedFor(database, webhook, FAILING_DAYS))
    await disable(database, webhook, 'FAILING', log);
  return pause;
}

async function attempt(
  { eventId, url, body, sealedSecrets, webhookId }: ClaimedDelivery,
  sealing: Sealing,
  post: PostWebhook,
): Promise<Answer> {
  const secrets = sealedSecrets.flatMap((sealed) => sealing.open(sealed, webhookId) ?? []);
  if (secrets.length === 0) {
    const failure = 'Its secret cannot be decrypted: rotate it';
    return { status: null, body: null, failure, retryAfterSeconds: null, durationMilliseconds: 0 };
  }
  const seconds = Math.floor(Date.now() / 1_000);
  return post({ url, body, headers: signatureHeaders(secrets, eventId, seconds, body) });
}

const BECAUSE = {
  GONE: 'The receiver answered 410 Gone',
  FAILING: `Nothing but failures for ${FAILING_DAYS} days`,
} as const;

async function disable(
  database: OwnMessagesDatabase,
  webhookId: string,
  because: keyof typeof BECAUSE,
  log: Log,
): Promise<void> {
  await database.work(newCause(), async (work) => {
    const place = await updateDisabled(work.tx, webhookId, BECAUSE[because]);
    if (place === null) return;
    log.warn({ webhook: webhookId, because }, 'webhook disabled');
    work.emit({
      ...{ type: 'webhook.disabled', aggregateId: webhookId, data: { webhookId, ...place, because } },
      // A webhook is disabled again only after somebody has resumed it.
      aggregateVersion: Math.floor(Date.now() / 1_000),
    });
  });
}
