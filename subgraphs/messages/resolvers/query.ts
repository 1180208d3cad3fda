/** `Query`. */
import { idPageOf } from '../../../platform/kit/paging.js';
import type { QueryResolvers } from '../../../schema/types/messages.js';
import { PUBLIC_EVENT_TYPES } from '../events/public-events.js';
import { readPreferences, readQuietHours } from '../operations/notifications/preferences.js';
import { readSubscriptions } from '../operations/push/register-push.js';
import { readMails } from '../operations/read-mails.js';
import { readSchedules } from '../operations/schedules/read-schedules.js';
import { readWebhooks } from '../operations/webhooks/read-webhooks.js';

export const Query: QueryResolvers = {
  mails: (_parent, { state, to, ...page }, context) =>
    readMails(context, { state: state ?? null, to: to ?? null }, idPageOf(page)),

  webhooks: (_parent, page, context) => readWebhooks(context, idPageOf(page)),

  schedules: (_parent, page, context) => readSchedules(context, idPageOf(page)),

  notificationPreferences: (_parent, _arguments, context) => readPreferences(context),

  quietHours: (_parent, _arguments, context) => readQuietHours(context),

  pushSubscriptions: (_parent, _arguments, context) => readSubscriptions(context),

  vapidPublicKey: (_parent, _arguments, { push }) => push.publicKey,

  webhookEventTypes: () => [...PUBLIC_EVENT_TYPES],
};
