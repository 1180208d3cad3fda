/**
 * Writes a mail: its template in its language, with the link whose token is derived here and stored nowhere. The mail of a receipt links to it
 * as PDF: the payment unit draws it when it is opened, so a mail goes out without asking that unit, and is small.
 */
import type { MailKind } from '../../../platform/events/event-types.js';
import { type DocumentLinks, lastingLinkExpiry } from '../../../platform/identity/document-links.js';
import type { LinkTokens } from '../../../platform/identity/link-token.js';
import { unsubscribeTokens } from '../delivery/unsubscribe-tokens.js';
import type { Facts, Language, OneTimeLink, RequestedMail } from '../domain/mail.js';
import { layOut, type WrittenMail } from './layout.js';
import { isMailKind, notificationKindOf, TEMPLATES } from './templates.js';

export interface MailWriter {
  /** @throws UnknownKind for a kind that only a later version has. */
  write(mail: Pick<RequestedMail, 'customerId' | 'kind' | 'language' | 'facts' | 'link'>): WrittenMail;
}

export class UnknownKind extends Error {
  override readonly name = 'UnknownKind';
}

/**
 * @param receipts links to receipts, by their orders.
 * @param publicUrl where the pages behind the links are, without a slash at its end.
 */
export function mailWriter(tokens: LinkTokens, receipts: DocumentLinks, publicUrl: string): MailWriter {
  const unsubscribing = unsubscribeTokens(tokens);
  function unsubscribeAddressOf(customerId: string | null, mail: MailKind): string | null {
    const kind = notificationKindOf(mail);
    if (customerId === null || kind === null) return null;
    return `${publicUrl}/unsubscribe?token=${unsubscribing.token({ customerId, kind })}`;
  }
  const addressOf = ({ purpose, linkId }: OneTimeLink) =>
    `${publicUrl}/${purpose}?token=${tokens.token(purpose, linkId)}`;
  /** It has the receipt's content beside it, and is read long after it is sent. */
  const receiptOf = (language: Language, { orderId, at }: Facts) =>
    orderId === undefined || at === undefined
      ? null
      : receipts.address({ id: orderId, language, expiresAt: lastingLinkExpiry(new Date(at)) });
  function linkIn({
    kind,
    language,
    facts,
    link,
  }: Pick<RequestedMail, 'kind' | 'language' | 'facts' | 'link'>) {
    if (link !== null) return { address: addressOf(link), expiresAt: link.expiresAt };
    const address = kind === 'ORDER_PAID' ? receiptOf(language, facts) : null;
    return address === null ? null : { address, expiresAt: null };
  }
  return {
    write({ customerId, kind, language, facts, link }) {
      if (!isMailKind(kind)) throw new UnknownKind(`This version does not know mails of the kind ${kind}`);
      return layOut(
        language,
        TEMPLATES[kind][language](facts),
        linkIn({ kind, language, facts, link }),
        unsubscribeAddressOf(customerId, kind),
      );
    },
  };
}
