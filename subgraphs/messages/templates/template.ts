/** What a kind of mail says, in both languages: its parts, from which `layout.ts` makes plain text and HTML alike. */
import type { Facts, Language } from '../domain/mail.js';

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: string;
}

export interface MailText {
  readonly subject: string;
  /** Of the person who reads it; of nobody where the name is unknown. */
  readonly greeting: string;
  readonly paragraphs: readonly string[];
  /** After the paragraphs; rows have a cell for each title. Left out where there is none. */
  readonly table?: { readonly titles: readonly string[]; readonly rows: readonly (readonly string[])[] };
  /** A file beside the text. Left out where there is none. */
  readonly attachment?: Attachment;
  /** What the link does, on its button; null where the mail has no link. */
  readonly action: string | null;
  /** After the link: what to do who did not ask for it. */
  readonly closing: readonly string[];
}

export type Template = Readonly<Record<Language, (facts: Facts) => MailText>>;
