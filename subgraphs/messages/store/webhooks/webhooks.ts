/** Webhooks and their secrets. Of secrets, what is stored is encrypted, and read by nobody but who signs. */
import type { Scope } from '../../../../platform/identity/identity.js';
import { readIdPage } from '../../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import { coveredSql } from '../../../../platform/kit/tenant-scope.js';
import type { Webhook, WebhookPlace, WebhookStatus } from '../../domain/webhook.js';
import type { MessagesDatabase, Transaction } from '../database.js';

/** For how long a former secret signs. */
const FORMER_SECRET = `interval '24 hours'`;

const COLUMNS = `webhook.id, webhook.franchise_id AS "franchiseId", webhook.outlet_id AS "outletId", webhook.url,
  webhook.event_types AS "eventTypes", webhook.status, webhook.disabled_because AS "disabledBecause",
  webhook.failing_since AS "failingSince", webhook.created_at AS "createdAt",
  (SELECT expires_at FROM webhook_secret WHERE webhook_id = webhook.id AND expires_at > now()) AS "formerSecretUntil"`;

/** Newest first. */
export function findWebhookPage(
  database: MessagesDatabase,
  scope: Scope,
  page: Page,
): Promise<CountedConnection<Webhook>> {
  const { condition, values } = coveredSql(scope, { after: 0, table: 'webhook' });
  return readIdPage<Webhook>(
    database,
    { columns: COLUMNS, from: `webhook WHERE ${condition}`, values },
    page,
  );
}

/** Locked for a change by the caller; null for one that the scope does not cover. */
export async function findWebhookForUpdate(
  tx: Transaction,
  scope: Scope,
  id: string,
): Promise<Webhook | null> {
  const { condition, values } = coveredSql(scope, { after: 1, table: 'webhook' });
  const rows = await tx.$queryRawUnsafe<Webhook[]>(
    `SELECT ${COLUMNS} FROM webhook WHERE id = $1::uuid AND ${condition} FOR UPDATE`,
    id,
    ...values,
  );
  return rows[0] ?? null;
}

export async function findWebhook(tx: Transaction, id: string): Promise<Webhook | null> {
  const rows = await tx.$queryRawUnsafe<Webhook[]>(`SELECT ${COLUMNS} FROM webhook WHERE id = $1::uuid`, id);
  return rows[0] ?? null;
}

/** How many there are of exactly this place. */
export async function countWebhooksOf(tx: Transaction, place: WebhookPlace): Promise<number> {
  const { franchiseId, outletId } = place;
  return tx.webhook.count({ where: { franchiseId, outletId } });
}

export type NewWebhook = Pick<Webhook, 'id' | 'franchiseId' | 'outletId' | 'url' | 'eventTypes'>;

export async function insertWebhook(tx: Transaction, webhook: NewWebhook): Promise<void> {
  await tx.webhook.create({ data: { ...webhook, eventTypes: [...webhook.eventTypes] } });
}

export interface SealedSecret {
  readonly id: string;
  readonly webhookId: string;
  readonly sealed: Uint8Array;
}

export async function insertSecret(tx: Transaction, { id, webhookId, sealed }: SealedSecret): Promise<void> {
  await tx.$executeRawUnsafe(
    'INSERT INTO webhook_secret (id, webhook_id, sealed) VALUES ($1::uuid, $2::uuid, $3::bytea)',
    id,
    webhookId,
    Buffer.from(sealed),
  );
}

/** The webhook's own secret becomes the former one, and what was the former one goes. */
export async function expireSecrets(tx: Transaction, webhookId: string): Promise<void> {
  await tx.$executeRawUnsafe(
    'DELETE FROM webhook_secret WHERE webhook_id = $1::uuid AND expires_at IS NOT NULL',
    webhookId,
  );
  await tx.$executeRawUnsafe(
    `UPDATE webhook_secret SET expires_at = now() + ${FORMER_SECRET} WHERE webhook_id = $1::uuid AND expires_at IS NULL`,
    webhookId,
  );
}

/** Of one that is made ACTIVE, what failed before does not count. */
export async function updateStatus(
  tx: Transaction,
  id: string,
  status: Exclude<WebhookStatus, 'DISABLED'>,
): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE webhook SET status = $2::"WebhookStatus", disabled_because = NULL,
       failing_since = CASE WHEN $2 = 'ACTIVE' THEN NULL ELSE failing_since END
     WHERE id = $1::uuid`,
    id,
    status,
  );
}

export async function deleteWebhookRow(tx: Transaction, id: string): Promise<void> {
  await tx.$executeRawUnsafe('DELETE FROM webhook WHERE id = $1::uuid', id);
}
