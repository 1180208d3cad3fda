/** `Query`. */
import { idPageOf } from '../../../platform/kit/paging.js';
import type { QueryResolvers } from '../../../schema/types/messages.js';
import { PUBLIC_EVENT_TYPES } from '../events/public-events.js';
import { readMails } from '../operations/read-mails.js';
import { readWebhooks } from '../operations/webhooks/read-webhooks.js';

export const Query: QueryResolvers = {
  mails: (_parent, { state, to, ...page }, context) =>
    readMails(context, { state: state ?? null, to: to ?? null }, idPageOf(page)),

  webhooks: (_parent, page, context) => readWebhooks(context, idPageOf(page)),

  webhookEventTypes: () => [...PUBLIC_EVENT_TYPES],
};
