/** Deliveries: the public events that webhooks are to receive, and what became of them. */
import { readIdPage } from '../../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import type { DeliveryState, PublicEvent, WebhookDelivery } from '../../domain/webhook.js';
import type { MessagesDatabase, OwnMessagesDatabase, Transaction } from '../database.js';

type Own = Pick<OwnMessagesDatabase, 'pool'>;

/** A first attempt waits so long, for earlier events of the same thing that arrive a moment later. */
export const SETTLING_MILLISECONDS = 250;
/** A unit's clock may be ahead of the database's. */
const CLOCK_SKEW = `interval '1 minute'`;
const PRUNED_AT_ONCE = 1_000;

const COLUMNS = `id, event_id AS "eventId", event_type AS "eventType", occurred_at AS "occurredAt", state, attempts,
  next_attempt_at AS "nextAttemptAt", last_attempt_at AS "lastAttemptAt", response_status AS "responseStatus",
  response_body AS "responseBody", duration_milliseconds AS "durationMilliseconds", failure`;

/** Whether a webhook receives an event: its type, of its outlet, its franchise, or the chain. */
const RECEIVES = `event.type = ANY (webhook.event_types) AND CASE
  WHEN webhook.outlet_id IS NOT NULL THEN webhook.outlet_id = event.outlet_id
  WHEN webhook.franchise_id IS NOT NULL THEN webhook.franchise_id = event.franchise_id
  ELSE true END
  AND event.occurred_at >= webhook.created_at - ${CLOCK_SKEW}`;

/** Those of the types that any webhook receives. */
export async function findReceivedTypes({ pool }: Own, types: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ type: string }>({
    name: 'webhook-types',
    text: `SELECT DISTINCT type FROM webhook, unnest(event_types) AS type WHERE event_types && $1::text[]`,
    values: [types],
  });
  return rows.map(({ type }) => type);
}

/**
 * Each event that a webhook receives, once, with a delivery for each that is not disabled. An event of a thing of which an earlier one waits
 * for its retry is not due before that.
 */
export async function insertDeliveries(tx: Transaction, events: readonly PublicEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.$executeRawUnsafe(
    `WITH event AS (
       SELECT id, type, "franchiseId" AS franchise_id, "outletId" AS outlet_id, "occurredAt" AS occurred_at,
         "aggregateId" AS aggregate_id, "aggregateVersion" AS aggregate_version, body
       FROM jsonb_to_recordset($1::jsonb) AS event
         (id uuid, type text, "franchiseId" uuid, "outletId" uuid, "occurredAt" timestamptz, "aggregateId" text, "aggregateVersion" int, body text)
     ), wanted AS MATERIALIZED (
       SELECT event.*, webhook.id AS webhook_id, webhook.franchise_id AS of_franchise, webhook.outlet_id AS of_outlet,
         webhook.status <> 'DISABLED' AS is_on
       FROM event JOIN webhook ON ${RECEIVES}
     ), written AS (
       INSERT INTO webhook_event (id, type, franchise_id, outlet_id, occurred_at, aggregate_id, aggregate_version, body)
       SELECT DISTINCT id, type, franchise_id, outlet_id, occurred_at, aggregate_id, aggregate_version, body FROM wanted
       ON CONFLICT (id) DO NOTHING
     )
     INSERT INTO webhook_delivery
       (id, webhook_id, event_id, franchise_id, outlet_id, event_type, occurred_at, aggregate_id, aggregate_version, next_attempt_at)
     SELECT uuidv7(), webhook_id, id, of_franchise, of_outlet, type, occurred_at, aggregate_id, aggregate_version,
       greatest(now() + make_interval(secs => $2), (
         SELECT max(next_attempt_at) FROM webhook_delivery AS earlier
         WHERE earlier.webhook_id = wanted.webhook_id AND earlier.aggregate_id = wanted.aggregate_id AND earlier.state = 'WAITING'
           AND earlier.aggregate_version < wanted.aggregate_version AND earlier.failure IS NOT NULL
       ))
     FROM wanted WHERE is_on
     ON CONFLICT (webhook_id, event_id) DO NOTHING`,
    JSON.stringify(events),
    SETTLING_MILLISECONDS / 1_000,
  );
}

/** An event for one webhook alone, due at once. @returns the delivery's id. */
export async function insertTestDelivery(
  tx: Transaction,
  webhookId: string,
  event: PublicEvent,
): Promise<WebhookDelivery | null> {
  await tx.$executeRawUnsafe(
    `INSERT INTO webhook_event (id, type, franchise_id, outlet_id, occurred_at, aggregate_id, aggregate_version, body)
     VALUES ($1::uuid, $2, $3::uuid, $4::uuid, $5::timestamptz, $6, $7, $8)`,
    ...[event.id, event.type, event.franchiseId, event.outletId, event.occurredAt],
    ...[event.aggregateId, event.aggregateVersion, event.body],
  );
  const rows = await tx.$queryRawUnsafe<WebhookDelivery[]>(
    `INSERT INTO webhook_delivery
       (id, webhook_id, event_id, franchise_id, outlet_id, event_type, occurred_at, aggregate_id, aggregate_version, next_attempt_at)
     SELECT uuidv7(), $2::uuid, id, franchise_id, outlet_id, type, occurred_at, aggregate_id, aggregate_version, now()
     FROM webhook_event WHERE id = $1::uuid
     RETURNING ${COLUMNS}`,
    event.id,
    webhookId,
  );
  return rows[0] ?? null;
}

/** Newest first. */
export function findDeliveryPage(
  database: MessagesDatabase,
  webhookId: string,
  state: DeliveryState | null,
  page: Page,
): Promise<CountedConnection<WebhookDelivery>> {
  const from = `webhook_delivery WHERE webhook_id = $1::uuid AND ($2::text IS NULL OR state = $2::"WebhookDeliveryState")`;
  return readIdPage<WebhookDelivery>(database, { columns: COLUMNS, from, values: [webhookId, state] }, page);
}

/** What has ended is posted once more, with what was never to be posted because the webhook was disabled. */
export async function replayDeliveries(tx: Transaction, webhookId: string, from: Date): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE webhook_delivery SET state = 'WAITING', attempts = 0, next_attempt_at = now(), failure = NULL
     WHERE webhook_id = $1::uuid AND occurred_at >= $2::timestamptz AND state <> 'WAITING' AND event_type <> 'webhook.test'`,
    webhookId,
    from.toISOString(),
  );
  await tx.$executeRawUnsafe(
    `INSERT INTO webhook_delivery
       (id, webhook_id, event_id, franchise_id, outlet_id, event_type, occurred_at, aggregate_id, aggregate_version, next_attempt_at)
     SELECT uuidv7(), webhook.id, event.id, webhook.franchise_id, webhook.outlet_id, event.type, event.occurred_at, event.aggregate_id,
       event.aggregate_version, now()
     FROM webhook JOIN webhook_event AS event ON ${RECEIVES}
     WHERE webhook.id = $1::uuid AND event.occurred_at >= $2::timestamptz
     ON CONFLICT (webhook_id, event_id) DO NOTHING`,
    webhookId,
    from.toISOString(),
  );
}

/** Deletes events past their retention with their deliveries, a limited number at a time. @returns whether there may be more of them. */
export async function pruneWebhookEvents({ pool }: Own, retentionDays: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM webhook_event WHERE id IN
       (SELECT id FROM webhook_event WHERE received_at < now() - make_interval(days => $1) ORDER BY received_at LIMIT ${PRUNED_AT_ONCE})`,
    [retentionDays],
  );
  return rowCount === PRUNED_AT_ONCE;
}
