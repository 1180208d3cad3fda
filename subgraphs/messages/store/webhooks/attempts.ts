/** The queue of deliveries that are due: each is claimed by one process, and marked by what came of the attempt. */
import type { Answer, ClaimedDelivery, WebhookPlace } from '../../domain/webhook.js';
import type { OwnMessagesDatabase, Transaction } from '../database.js';

type Own = Pick<OwnMessagesDatabase, 'pool'>;

export interface ClaimLimits {
  readonly inAll: number;
  readonly perWebhook: number;
  /** Webhooks that have as many attempts under way as they may. */
  readonly full: readonly string[];
  /** Webhooks that have any: one that fails has one at a time. */
  readonly busy: readonly string[];
  readonly claimSeconds: number;
}

/**
 * Claims deliveries that are due, each for one process. The next attempt of a claimed delivery is due when the claim lapses, so a process
 * that dies leaves it to another. Of the events of one thing the earliest alone is claimed, until it is delivered or given up.
 */
export async function claimDueDeliveries(
  { pool }: Own,
  { inAll, perWebhook, full, busy, claimSeconds }: ClaimLimits,
): Promise<ClaimedDelivery[]> {
  const { rows } = await pool.query<ClaimedDelivery>({
    name: 'webhook-claim',
    text: `WITH due AS MATERIALIZED (
       SELECT one.id, one.next_attempt_at, one.event_id, webhook.id AS webhook_id, webhook.failing_since IS NOT NULL AS is_failing
       FROM webhook CROSS JOIN LATERAL (
         SELECT id, next_attempt_at, event_id FROM webhook_delivery AS delivery
         WHERE webhook_id = webhook.id AND state = 'WAITING' AND next_attempt_at <= now()
           AND NOT EXISTS (
             SELECT FROM webhook_delivery AS earlier
             WHERE earlier.webhook_id = webhook.id AND earlier.aggregate_id = delivery.aggregate_id AND earlier.state = 'WAITING'
               AND (earlier.aggregate_version, earlier.event_id) < (delivery.aggregate_version, delivery.event_id))
         ORDER BY next_attempt_at, event_id LIMIT $2 FOR UPDATE SKIP LOCKED
       ) AS one
       WHERE webhook.status = 'ACTIVE' AND webhook.id <> ALL ($3::uuid[])
         AND (webhook.failing_since IS NULL OR webhook.id <> ALL ($4::uuid[]))
     ), test AS MATERIALIZED (
       SELECT id FROM webhook_delivery
       WHERE event_type = 'webhook.test' AND state = 'WAITING' AND next_attempt_at <= now() LIMIT $2 FOR UPDATE SKIP LOCKED
     ), chosen AS (
       SELECT id FROM (
         SELECT id, next_attempt_at, is_failing, row_number() OVER (PARTITION BY webhook_id ORDER BY next_attempt_at, event_id) AS place FROM due
       ) AS ranked WHERE NOT is_failing OR place = 1 ORDER BY place, next_attempt_at LIMIT $1
     ), claimed AS (
       UPDATE webhook_delivery SET attempts = attempts + 1, last_attempt_at = now(), next_attempt_at = now() + make_interval(secs => $5)
       WHERE id IN (SELECT id FROM chosen UNION SELECT id FROM test)
       RETURNING id, webhook_id, event_id, event_type, attempts
     )
     SELECT claimed.id, claimed.webhook_id AS "webhookId", claimed.event_id AS "eventId", claimed.event_type AS "eventType", claimed.attempts,
       webhook.url, event.body,
       ARRAY(SELECT sealed FROM webhook_secret WHERE webhook_secret.webhook_id = webhook.id AND (expires_at IS NULL OR expires_at > now())
             ORDER BY expires_at DESC NULLS FIRST) AS "sealedSecrets"
     FROM claimed JOIN webhook ON webhook.id = claimed.webhook_id JOIN webhook_event AS event ON event.id = claimed.event_id`,
    values: [inAll, perWebhook, full, busy, claimSeconds],
  });
  return rows;
}

type Claimed = Pick<ClaimedDelivery, 'id' | 'webhookId' | 'attempts'>;

/** Also where another process has claimed it since: it has been received. */
export async function markDelivered(
  { pool }: Own,
  { id, webhookId }: Claimed,
  answer: Answer,
): Promise<void> {
  await pool.query(
    `WITH delivery AS (
       UPDATE webhook_delivery SET state = 'DELIVERED', failure = NULL, ${ANSWERED} WHERE id = $1 AND state = 'WAITING'
     )
     UPDATE webhook SET failing_since = NULL WHERE id = $5 AND failing_since IS NOT NULL`,
    [id, ...answered(answer), webhookId],
  );
}

/** Unless another process has claimed it since. Later events of the same thing wait as long. */
export async function markForRetry(
  { pool }: Own,
  { id, webhookId, attempts }: Claimed,
  answer: Answer,
  pauseSeconds: number,
): Promise<void> {
  await pool.query(
    `WITH failed AS (
       UPDATE webhook_delivery SET failure = $6, next_attempt_at = now() + make_interval(secs => $8), ${ANSWERED}
       WHERE id = $1 AND attempts = $7 AND state = 'WAITING'
       RETURNING webhook_id, aggregate_id, aggregate_version, event_id, next_attempt_at
     ), later AS (
       UPDATE webhook_delivery SET next_attempt_at = failed.next_attempt_at FROM failed
       WHERE webhook_delivery.webhook_id = failed.webhook_id AND webhook_delivery.aggregate_id = failed.aggregate_id
         AND webhook_delivery.state = 'WAITING' AND webhook_delivery.next_attempt_at < failed.next_attempt_at
         AND (webhook_delivery.aggregate_version, webhook_delivery.event_id) > (failed.aggregate_version, failed.event_id)
     )
     UPDATE webhook SET failing_since = now() WHERE id = $5 AND failing_since IS NULL AND EXISTS (SELECT FROM failed)`,
    [id, ...answered(answer), webhookId, answer.failure, attempts, pauseSeconds],
  );
}

/** Unless another process has claimed it since. */
export async function markGivenUp(
  { pool }: Own,
  { id, attempts }: Pick<Claimed, 'id' | 'attempts'>,
  answer: Answer,
): Promise<void> {
  await pool.query(
    `UPDATE webhook_delivery SET state = 'GIVEN_UP', failure = $5, ${ANSWERED} WHERE id = $1 AND attempts = $6 AND state = 'WAITING'`,
    [id, ...answered(answer), answer.failure, attempts],
  );
}

const ANSWERED = 'response_status = $2, response_body = $3, duration_milliseconds = $4';

function answered({ status, body, durationMilliseconds }: Answer): unknown[] {
  return [status, body, durationMilliseconds];
}

/** Whether nothing has succeeded for so long. */
export async function hasFailedFor({ pool }: Own, webhookId: string, days: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    'SELECT FROM webhook WHERE id = $1 AND failing_since < now() - make_interval(days => $2)',
    [webhookId, days],
  );
  return rowCount === 1;
}

/** With what it was still to receive. @returns whose it is; null where it was not ACTIVE. */
export async function updateDisabled(
  tx: Transaction,
  webhookId: string,
  because: string,
): Promise<WebhookPlace | null> {
  const rows = await tx.$queryRawUnsafe<WebhookPlace[]>(
    `UPDATE webhook SET status = 'DISABLED', disabled_because = $2 WHERE id = $1::uuid AND status = 'ACTIVE'
     RETURNING franchise_id AS "franchiseId", outlet_id AS "outletId"`,
    webhookId,
    because,
  );
  const [place = null] = rows;
  if (place !== null) {
    await tx.$executeRawUnsafe(
      `UPDATE webhook_delivery SET state = 'GIVEN_UP', failure = COALESCE(failure, 'The webhook was disabled')
       WHERE webhook_id = $1::uuid AND state = 'WAITING'`,
      webhookId,
    );
  }
  return place;
}
