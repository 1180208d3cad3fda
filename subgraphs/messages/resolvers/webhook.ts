/** `Webhook` and `WebhookDelivery`. */
import { idPageOf } from '../../../platform/kit/paging.js';
import type { WebhookDeliveryResolvers, WebhookResolvers } from '../../../schema/types/messages.js';
import { readDeliveries } from '../operations/webhooks/read-webhooks.js';

export const Webhook: WebhookResolvers = {
  outlet: ({ outletId }) => (outletId === null ? null : { id: outletId }),
  franchise: ({ franchiseId }) => (franchiseId === null ? null : { id: franchiseId }),
  deliveries: (webhook, { state, ...page }, context) =>
    readDeliveries(context, webhook, state ?? null, idPageOf(page)),
};

export const WebhookDelivery: WebhookDeliveryResolvers = {
  nextAttemptAt: ({ state, nextAttemptAt }) => (state === 'WAITING' ? nextAttemptAt : null),
};
