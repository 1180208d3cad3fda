/** Writes a mail: its template in its language, with the link whose token is derived here and stored nowhere. */

import type { MailKind } from '../../../platform/events/event-types.js';
import type { LinkTokens } from '../../../platform/identity/link-token.js';
import { unsubscribeTokens } from '../delivery/unsubscribe-tokens.js';
import type { OneTimeLink, RequestedMail } from '../domain/mail.js';
import { layOut, type WrittenMail } from './layout.js';
import { isMailKind, notificationKindOf, TEMPLATES } from './templates.js';

export interface MailWriter {
  /** @throws UnknownKind for a kind that only a later version has. */
  write(mail: Pick<RequestedMail, 'customerId' | 'kind' | 'language' | 'facts' | 'link'>): WrittenMail;
}

export class UnknownKind extends Error {
  override readonly name = 'UnknownKind';
}

/** @param publicUrl where the pages behind the links are, without a slash at its end. */
export function mailWriter(tokens: LinkTokens, publicUrl: string): MailWriter {
  const unsubscribing = unsubscribeTokens(tokens);
  function unsubscribeAddressOf(customerId: string | null, mail: MailKind): string | null {
    const kind = notificationKindOf(mail);
    if (customerId === null || kind === null) return null;
    return `${publicUrl}/unsubscribe?token=${unsubscribing.token({ customerId, kind })}`;
  }
  const addressOf = ({ purpose, linkId }: OneTimeLink) =>
    `${publicUrl}/${purpose}?token=${tokens.token(purpose, linkId)}`;
  return {
    write({ customerId, kind, language, facts, link }) {
      if (!isMailKind(kind)) throw new UnknownKind(`This version does not know mails of the kind ${kind}`);
      return layOut(
        language,
        TEMPLATES[kind][language](facts),
        link && { address: addressOf(link), expiresAt: link.expiresAt },
        unsubscribeAddressOf(customerId, kind),
      );
    },
  };
}
