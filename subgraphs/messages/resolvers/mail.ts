/** `Mail`. */
import type { MailResolvers } from '../../../schema/types/messages.js';
import { isMailKind } from '../templates/templates.js';
import { UnknownKind } from '../templates/write-mail.js';

export const Mail: MailResolvers = {
  kind({ kind }) {
    if (!isMailKind(kind)) throw new UnknownKind(`This version does not know mails of the kind ${kind}`);
    return kind;
  },
  customer: ({ customerId }) => (customerId === null ? null : { id: customerId }),
  nextAttemptAt: ({ state, nextAttemptAt }) => (state === 'WAITING' ? nextAttemptAt : null),
};
