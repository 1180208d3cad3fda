/** Every resolver of `schema/messages.graphql`. */
import type { Resolvers } from '../../../schema/types/messages.js';
import { AccountExport } from './account-export.js';
import { Mail } from './mail.js';
import { Mutation } from './mutation.js';
import { Query } from './query.js';
import { Schedule } from './schedule.js';
import { Webhook, WebhookDelivery } from './webhook.js';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Mail,
  Schedule,
  Webhook,
  WebhookDelivery,
  AccountExport,
};
