/** How mails leave the unit. */
import type { WrittenMail } from '../templates/layout.js';

export interface OutgoingMail extends WrittenMail {
  /** Of the request: the same in every attempt, so that mail programs show one mail where a mail server took it twice. */
  readonly id: string;
  readonly to: string;
}

export interface Delivery {
  /**
   * Resolves when the mail server has taken the mail.
   * @throws MailRefused where another attempt would be refused as well; any other error may pass.
   */
  deliver(mail: OutgoingMail): Promise<void>;
  close(): void;
}

/** The mail server refuses this mail for good: its recipient, or what it says. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

/** Development without a mail server: a mail that is `SENT` can be read in the mailbox. */
export const TO_MAILBOX: Delivery = { deliver: async () => undefined, close: () => undefined };
