/**
 * The token of the link by which a mail's receiver switches off mails of its kind, without signing in (RFC 8058): derived from the account and the
 * kind, so that nothing is stored for a mail, and signed for this alone. It works as often as it is used: to unsubscribe twice is to have once.
 */
import type { LinkTokens } from '../../../platform/identity/link-token.js';
import { KINDS, type NotificationKind } from '../domain/preference.js';

export interface Unsubscription {
  readonly customerId: string;
  readonly kind: NotificationKind;
}

export interface UnsubscribeTokens {
  token(unsubscription: Unsubscription): string;
  /** Null for what was not made here. */
  read(token: string): Unsubscription | null;
}

const purposeOf = (kind: NotificationKind) => `unsubscribe from ${kind} by EMAIL`;

export function unsubscribeTokens(tokens: LinkTokens): UnsubscribeTokens {
  return {
    token: ({ customerId, kind }) => tokens.token(purposeOf(kind), customerId),
    read(token) {
      for (const kind of KINDS) {
        const customerId = tokens.linkId(purposeOf(kind), token);
        if (customerId !== null) return { customerId, kind };
      }
      return null;
    },
  };
}
