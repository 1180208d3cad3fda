/** Delivery by SMTP, over a few connections that are kept open for some minutes. */
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import { type Delivery, MailRefused } from './delivery.js';

/** Together well below the time for which a mail is claimed. */
const CONNECTION_MILLISECONDS = 10_000;
const GREETING_MILLISECONDS = 10_000;
const SOCKET_MILLISECONDS = 20_000;
const CONNECTIONS = 16;
/** By one connection: servers limit them, and to open one takes longer than to send a mail. */
const MAILS_PER_CONNECTION = 500;

/** What the mail server says of one mail. What it says before, of the account or the sender, is for the operator to mend. */
const OF_THE_MAIL = ['RCPT TO', 'DATA'];

const failureSchema = z.object({
  command: z.string().optional(),
  permanent: z.boolean().optional(),
  message: z.string(),
});

/**
 * @param url `smtp://user:password@host:587` (STARTTLS where the server offers it; `?requireTLS=true` insists), or `smtps://…:465`.
 * @param from an address, or a name with one.
 */
export function smtpDelivery(url: string, from: string): Delivery {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: MAILS_PER_CONNECTION,
    maxRequeues: 1,
    connectionTimeout: CONNECTION_MILLISECONDS,
    greetingTimeout: GREETING_MILLISECONDS,
    socketTimeout: SOCKET_MILLISECONDS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = domainOf(from);
  return {
    async deliver({ id, to, subject, text, html, attachment, unsubscribeAddress }) {
      try {
        await transport.sendMail({
          from,
          // As an object: the address is one, whatever commas are in it.
          to: { name: '', address: to },
          subject,
          text,
          html,
          attachments: attachment === null ? [] : [{ ...attachment }],
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated', ...unsubscribeHeaders(unsubscribeAddress) },
        });
      } catch (error) {
        const { data } = failureSchema.safeParse(error);
        const isFinal = data?.permanent === true && OF_THE_MAIL.includes(data.command ?? '');
        throw isFinal ? new MailRefused(data.message) : error;
      }
    },
    close: () => transport.close(),
  };
}

/** RFC 8058: mail programs unsubscribe by a single POST. */
function unsubscribeHeaders(address: string | null): Record<string, string> {
  if (address === null) return {};
  return { 'List-Unsubscribe': `<${address}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}

function domainOf(from: string): string {
  return /@([^\s<>@]+)>?$/.exec(from)?.[1] ?? 'localhost';
}
