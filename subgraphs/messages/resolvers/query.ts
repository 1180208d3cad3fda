/** `Query`. */
import { idPageOf } from '../../../platform/kit/paging.js';
import type { QueryResolvers } from '../../../schema/types/messages.js';
import { readMails } from '../operations/read-mails.js';

export const Query: QueryResolvers = {
  mails: (_parent, { state, to, ...page }, context) =>
    readMails(context, { state: state ?? null, to: to ?? null }, idPageOf(page)),
};
