/** What is done to a webhook: another secret, a test, held back and resumed, deleted, replayed. */
import { notFound, UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import type { UnitOfWork } from '../../../../platform/events/unit-of-work.js';
import { callerOf, scopeFor } from '../../../../platform/identity/identity.js';
import { isId, newId } from '../../../../platform/ids.js';
import { idempotentRequest, writeOnce } from '../../../../platform/kit/idempotency.js';
import type { Context } from '../../context.js';
import { newWebhookSecret, shownSecret } from '../../delivery/webhooks/signature.js';
import type { Webhook, WebhookDelivery, WebhookStatus } from '../../domain/webhook.js';
import { testEvent } from '../../events/public-events.js';
import type { Transaction } from '../../store/database.js';
import { insertTestDelivery, replayDeliveries } from '../../store/webhooks/deliveries.js';
import {
  deleteWebhookRow,
  expireSecrets,
  findWebhook,
  findWebhookForUpdate,
  insertSecret,
  updateStatus,
} from '../../store/webhooks/webhooks.js';

type Work = UnitOfWork<Transaction>;

/** Runs a change of a webhook, which is locked. @throws NOT_FOUND for one that the caller does not manage. */
async function change<Result>(
  { database, identity, cause }: Context,
  id: string,
  run: (work: Work, webhook: Webhook) => Promise<Result>,
): Promise<Result> {
  if (!isId(id)) throw notFound('Webhook');
  const scope = scopeFor(identity, 'webhooks:manage');
  return database.work(cause, async (work) => {
    const webhook = await findWebhookForUpdate(work.tx, scope, id);
    if (webhook === null) throw notFound('Webhook');
    return run(work, webhook);
  });
}

function record(
  { identity, origin }: Context,
  work: Work,
  webhook: Webhook,
  action: string,
  before: object | null,
  after: object | null,
): void {
  const entity = { type: 'Webhook', id: webhook.id };
  const { franchiseId, outletId } = webhook;
  const fields = { before: before && { ...before }, after: after && { ...after } };
  recordChange(work, { identity, origin }, { action, entity, tenant: { franchiseId, outletId }, ...fields });
}

async function readBack(tx: Transaction, id: string): Promise<Webhook> {
  const webhook = await findWebhook(tx, id);
  if (webhook === null) throw notFound('Webhook');
  return webhook;
}

export function rotateSecret(
  context: Context,
  id: string,
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  return change(context, id, async (work, webhook) => {
    const secret = newWebhookSecret();
    await expireSecrets(work.tx, id);
    const sealed = context.webhooks.sealing.seal(secret, id);
    await insertSecret(work.tx, { id: newId(), webhookId: id, sealed });
    record(context, work, webhook, 'rotateWebhookSecret', {}, { signingKeyIssuedAt: new Date() });
    return { webhook: await readBack(work.tx, id), secret: shownSecret(secret) };
  });
}

export async function testWebhook(context: Context, id: string): Promise<WebhookDelivery> {
  const delivery = await change(context, id, async (work, webhook) => {
    const event = testEvent(newId(), id, webhook);
    record(context, work, webhook, 'testWebhook', {}, { testedAt: new Date() });
    return insertTestDelivery(work.tx, id, event);
  });
  if (delivery === null) throw notFound('Webhook');
  context.webhooks.wakeSender();
  return delivery;
}

export function pauseWebhook(context: Context, id: string): Promise<Webhook> {
  return setStatus(context, id, 'pauseWebhook', 'PAUSED');
}

export async function resumeWebhook(context: Context, id: string): Promise<Webhook> {
  const webhook = await setStatus(context, id, 'resumeWebhook', 'ACTIVE');
  context.webhooks.wakeSender();
  return webhook;
}

/** @throws UserFault INVALID_STATE for pausing one that is disabled. */
function setStatus(
  context: Context,
  id: string,
  action: string,
  status: Exclude<WebhookStatus, 'DISABLED'>,
): Promise<Webhook> {
  return change(context, id, async (work, webhook) => {
    if (webhook.status === 'DISABLED' && status === 'PAUSED')
      throw UserFault.of('INVALID_STATE', 'A webhook that is disabled is resumed, not paused');
    await updateStatus(work.tx, id, status);
    record(context, work, webhook, action, { status: webhook.status }, { status });
    return readBack(work.tx, id);
  });
}

export function deleteWebhook(context: Context, id: string): Promise<string> {
  return change(context, id, async (work, webhook) => {
    await deleteWebhookRow(work.tx, id);
    const before = { host: new URL(webhook.url).host, eventTypes: webhook.eventTypes };
    record(context, work, webhook, 'deleteWebhook', before, null);
    return id;
  });
}

/** @throws UserFault IDEMPOTENCY_KEY_REUSED */
export async function replayWebhook(
  context: Context,
  id: string,
  from: Date,
  idempotencyKey: string | null,
): Promise<Webhook> {
  const key = idempotencyKey ?? newId();
  const request = idempotentRequest('replayWebhook', callerOf(context.identity), key, { id, from });
  const replayed = await change(context, id, async (work, webhook) => {
    await writeOnce(work.tx, request, id, async () => {
      await replayDeliveries(work.tx, id, from);
      record(context, work, webhook, 'replayWebhook', {}, { replayedFrom: from });
    });
    return readBack(work.tx, id);
  });
  context.webhooks.wakeSender();
  return replayed;
}
