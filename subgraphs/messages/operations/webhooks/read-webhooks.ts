/** Lists webhooks within what the caller manages, and their deliveries. */
import { scopeFor } from '../../../../platform/identity/identity.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import type { Context } from '../../context.js';
import type { DeliveryState, Webhook, WebhookDelivery } from '../../domain/webhook.js';
import { findDeliveryPage } from '../../store/webhooks/deliveries.js';
import { findWebhookPage } from '../../store/webhooks/webhooks.js';

export function readWebhooks(
  { database, identity }: Context,
  page: Page,
): Promise<CountedConnection<Webhook>> {
  return findWebhookPage(database, scopeFor(identity, 'webhooks:manage'), page);
}

/** Of a webhook that the caller has been shown. */
export function readDeliveries(
  { database }: Context,
  { id }: Webhook,
  state: DeliveryState | null,
  page: Page,
): Promise<CountedConnection<WebhookDelivery>> {
  return findDeliveryPage(database, id, state, page);
}
