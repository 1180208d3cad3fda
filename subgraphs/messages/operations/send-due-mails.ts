/** Sends mails that are due: one round. A mail is sent at least once, and with the same Message-ID however often. */
import type { Log } from '../../../platform/log.js';
import { counter, gauge } from '../../../platform/metrics.js';
import { type Delivery, MailRefused } from '../delivery/delivery.js';
import type { ClaimedMail } from '../domain/mail.js';
import { pauseSeconds } from '../domain/retry-schedule.js';
import type { OwnMessagesDatabase } from '../store/database.js';
import {
  claimDueMails,
  countWaiting,
  expireMails,
  markFailed,
  markForRetry,
  markSent,
  markWaiting,
} from '../store/mails.js';
import type { MailWriter } from '../templates/write-mail.js';

export interface Sending {
  readonly database: OwnMessagesDatabase;
  /** Null where no mail server is configured and mails must wait for one. */
  readonly delivery: Delivery | null;
  readonly writer: MailWriter;
  readonly log: Log;
}

const AT_ONCE = 8;
/** Longer than the slowest attempt. */
const CLAIM_SECONDS = 120;
export const NO_MAIL_SERVER = 'No mail server is configured: set SMTP_URL';

const mails = counter('kedai_mails_total', 'Mails by what became of the attempt to send them', ['outcome']);
const waiting = gauge('kedai_mails_waiting', 'Mails that are to be sent');

export async function sendDueMails({ database, delivery, writer, log }: Sending): Promise<'more' | 'done'> {
  const expired = await expireMails(database);
  mails.inc({ outcome: 'expired' }, expired);
  if (delivery === null) {
    const left = await markWaiting(database, NO_MAIL_SERVER);
    waiting.set(left);
    if (left > 0) log.error({ mails: left }, `mails wait: ${NO_MAIL_SERVER}`);
    return 'done';
  }
  const due = await claimDueMails(database, AT_ONCE, CLAIM_SECONDS);
  await Promise.all(due.map((mail) => send(mail, { database, delivery, writer, log })));
  waiting.set(await countWaiting(database));
  return due.length === AT_ONCE ? 'more' : 'done';
}

async function send(
  mail: ClaimedMail,
  { database, delivery, writer, log }: Sending & { readonly delivery: Delivery },
): Promise<void> {
  try {
    await delivery.deliver({ ...writer.write(mail), id: mail.id, to: mail.to });
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    const about = { mail: mail.id, kind: mail.kind, attempts: mail.attempts };
    if (error instanceof MailRefused) {
      mails.inc({ outcome: 'refused' });
      log.warn(about, 'mail refused for good');
      await markFailed(database, mail.id, failure);
    } else {
      mails.inc({ outcome: 'retried' });
      log.warn({ ...about, error: failure }, 'mail not sent, will be tried again');
      await markForRetry(database, mail, failure, pauseSeconds(mail.attempts));
    }
    return;
  }
  mails.inc({ outcome: 'sent' });
  await markSent(database, mail.id);
}
