/** The queue of pushes: each is claimed by one process, and marked by what came of the attempt. */
import { z } from 'zod';
import { LANGUAGES } from '../../domain/mail.js';
import type { ClaimedPush, NewPush } from '../../domain/push.js';
import type { OwnMessagesDatabase, Transaction } from '../database.js';

type Own = Pick<OwnMessagesDatabase, 'pool'>;

const RETENTION_DAYS = 7;
const PRUNED_AT_ONCE = 1_000;

/** Of each step of an order one for each browser. What still waits of an earlier step is given up: it would show an older state last. */
export async function insertPushes(tx: Transaction, pushes: readonly NewPush[]): Promise<void> {
  if (pushes.length === 0) return;
  await tx.pushDelivery.createMany({
    data: pushes.map(({ notBefore, facts, at, ...push }) => ({
      ...push,
      facts: { ...facts },
      happenedAt: at,
      nextAttemptAt: notBefore,
    })),
    skipDuplicates: true,
  });
  await tx.$executeRawUnsafe(
    `UPDATE push_delivery AS earlier SET state = 'GIVEN_UP', failure = 'A later step of the order followed'
     WHERE earlier.order_id = ANY ($1::uuid[]) AND earlier.state = 'WAITING' AND EXISTS (
       SELECT FROM push_delivery AS later
       WHERE later.order_id = earlier.order_id AND later.subscription_id = earlier.subscription_id AND later.happened_at > earlier.happened_at)`,
    [...new Set(pushes.map(({ orderId }) => orderId))],
  );
}

const claimed = z.object({
  ...{ id: z.string(), subscriptionId: z.string(), orderId: z.string(), kind: z.string() },
  language: z.enum(LANGUAGES),
  facts: z.record(z.string(), z.string()),
  ...{ isUrgent: z.boolean(), expiresAt: z.date(), attempts: z.number() },
  ...{ endpoint: z.string(), p256dh: z.string(), auth: z.string(), service: z.string() },
});

export interface PushLimits {
  readonly inAll: number;
  readonly perService: number;
  /** Services that have as many attempts under way as they may. */
  readonly full: readonly string[];
  readonly claimSeconds: number;
}

/**
 * Claims pushes that are due, each for one process. The next attempt of a claimed push is due when the claim lapses, so a process that dies
 * leaves it to another.
 */
export async function claimDuePushes(
  { pool }: Own,
  { inAll, perService, full, claimSeconds }: PushLimits,
): Promise<ClaimedPush[]> {
  const { rows } = await pool.query({
    name: 'push-claim',
    text: `WITH due AS MATERIALIZED (
       SELECT push.id, browser.service, push.next_attempt_at
       FROM push_delivery AS push JOIN push_subscription AS browser ON browser.id = push.subscription_id
       WHERE push.state = 'WAITING' AND push.next_attempt_at <= now() AND push.expires_at > now() AND browser.service <> ALL ($3::text[])
       ORDER BY push.next_attempt_at LIMIT $1 FOR UPDATE OF push SKIP LOCKED
     ), chosen AS (
       SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY service ORDER BY next_attempt_at) AS place FROM due) AS ranked
       WHERE place <= $2
     )
     UPDATE push_delivery AS push SET attempts = attempts + 1, next_attempt_at = now() + make_interval(secs => $4)
     FROM push_subscription AS browser
     WHERE push.id IN (SELECT id FROM chosen) AND browser.id = push.subscription_id
     RETURNING push.id, subscription_id AS "subscriptionId", order_id AS "orderId", kind, language, facts, is_urgent AS "isUrgent",
       expires_at AS "expiresAt", attempts, endpoint, p256dh, auth, service`,
    values: [inAll, perService, full, claimSeconds],
  });
  return z.array(claimed).parse(rows);
}

/** Also those that another process has claimed since: they have been received. */
export async function markPushed({ pool }: Own, ids: readonly string[]): Promise<void> {
  await pool.query({
    name: 'push-delivered',
    text: `UPDATE push_delivery SET state = 'DELIVERED', failure = NULL WHERE id = ANY ($1::uuid[]) AND state = 'WAITING'`,
    values: [ids],
  });
}

/** Unless another process has claimed it since. @param pauseSeconds null where it is not tried again. */
export async function markNotPushed(
  { pool }: Own,
  { id, attempts }: Pick<ClaimedPush, 'id' | 'attempts'>,
  failure: string | null,
  pauseSeconds: number | null,
): Promise<void> {
  await pool.query(
    `UPDATE push_delivery SET failure = $3, state = CASE WHEN $4::float8 IS NULL THEN 'GIVEN_UP'::"PushState" ELSE state END,
       next_attempt_at = now() + make_interval(secs => COALESCE($4::float8, 0))
     WHERE id = $1 AND attempts = $2 AND state = 'WAITING'`,
    [id, attempts, failure, pauseSeconds],
  );
}

/** With all that was to be posted to it. */
export async function deleteGoneSubscription({ pool }: Own, subscriptionId: string): Promise<void> {
  await pool.query('DELETE FROM push_subscription WHERE id = $1', [subscriptionId]);
}

/** Gives up what is of no use any more. */
export async function expirePushes({ pool }: Own): Promise<void> {
  await pool.query(
    `UPDATE push_delivery SET state = 'GIVEN_UP', failure = COALESCE(failure, 'It could not be posted in time')
     WHERE state = 'WAITING' AND expires_at <= now()`,
  );
}

/** @returns whether there may be more. */
export async function prunePushes({ pool }: Own): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM push_delivery WHERE id IN
       (SELECT id FROM push_delivery WHERE state <> 'WAITING' AND created_at < now() - interval '${RETENTION_DAYS} days'
        ORDER BY created_at LIMIT ${PRUNED_AT_ONCE})`,
  );
  return rowCount === PRUNED_AT_ONCE;
}
