/** A mail that was asked for, and how it went. */

export const LANGUAGES = ['id', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Values of a mail's text by name; what each kind has is documented with `MailKind`. */
export type Facts = Readonly<Record<string, string>>;

/** A one-time link. Its token is derived from the id; the row of the id decides whether it still works. */
export interface OneTimeLink {
  /** What it is for, and the page that it opens. */
  readonly purpose: string;
  readonly linkId: string;
  readonly expiresAt: Date;
}

export interface RequestedMail {
  readonly id: string;
  /** Null where there is no account yet. */
  readonly customerId: string | null;
  readonly to: string;
  /** A kind that a later version asks for may be unknown here. */
  readonly kind: string;
  readonly language: Language;
  readonly link: OneTimeLink | null;
  readonly facts: Facts;
  readonly requestedAt: Date;
}

/** A mail that is to be written down. */
export interface NewMail extends RequestedMail {
  /** Of a mail about a step of an order: there is one of each kind. */
  readonly orderId: string | null;
  /** It is not sent before. */
  readonly notBefore: Date;
  /** It is not sent from then on. */
  readonly expiresAt: Date;
}

/** A mail that this process has claimed: nobody else sends it before the claim lapses. */
export interface ClaimedMail extends RequestedMail {
  /** This one included. */
  readonly attempts: number;
}

export interface SentMail extends RequestedMail {
  readonly sentAt: Date;
}

export type MailState = 'WAITING' | 'SENT' | 'FAILED' | 'EXPIRED';

/** What head office sees of a mail: everything but what it says. */
export interface MailReport {
  readonly id: string;
  readonly customerId: string | null;
  readonly to: string;
  readonly kind: string;
  readonly state: MailState;
  readonly failure: string | null;
  readonly attempts: number;
  readonly requestedAt: Date;
  readonly nextAttemptAt: Date;
  readonly expiresAt: Date;
  readonly sentAt: Date | null;
}

/** What to search for; null for anything. */
export interface MailFilter {
  readonly state: MailState | null;
  readonly to: string | null;
}

/** News that is older is of no use any more. */
const USEFUL_MILLISECONDS = 3 * 86_400_000;

/** From when on a mail that was asked for is not sent: its link has expired, or it comes too late. */
export function expiryOf({ link, requestedAt }: Pick<RequestedMail, 'link' | 'requestedAt'>): Date {
  return link?.expiresAt ?? new Date(requestedAt.getTime() + USEFUL_MILLISECONDS);
}
