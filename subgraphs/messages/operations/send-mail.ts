/** Sends one claimed mail and marks what came of it. A mail is sent at least once, and with the same Message-ID however often. */
import type { Log } from '../../../platform/log.js';
import { counter, gauge } from '../../../platform/metrics.js';
import { type Delivery, MailRefused } from '../delivery/delivery.js';
import type { ClaimedMail } from '../domain/mail.js';
import { pauseSeconds } from '../domain/retry-schedule.js';
import type { OwnMessagesDatabase } from '../store/database.js';
import { countWaiting, expireMails, markFailed, markForRetry, markWaiting } from '../store/mails.js';
import type { MailWriter } from '../templates/write-mail.js';

export interface Sending {
  readonly database: OwnMessagesDatabase;
  readonly writer: MailWriter;
  readonly log: Log;
}

export interface SendingOne extends Sending {
  readonly delivery: Delivery;
  markSent(id: string): Promise<unknown>;
}

export const NO_MAIL_SERVER = 'No mail server is configured: set SMTP_URL';

const mails = counter('kedai_mails_total', 'Mails by what became of the attempt to send them', ['outcome']);
const waiting = gauge('kedai_mails_waiting', 'Mails that are to be sent');

export async function sendMail(
  mail: ClaimedMail,
  { database, delivery, writer, log, markSent }: SendingOne,
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
  await markSent(mail.id);
}

/** Expires what is of no use any more, and counts what waits. */
export async function tidyMails({ database }: Pick<Sending, 'database'>): Promise<void> {
  await expire(database);
  waiting.set(await countWaiting(database));
}

/** Of mails that nobody can send. */
export async function reportWaiting({ database, log }: Omit<Sending, 'writer'>): Promise<void> {
  await expire(database);
  const left = await markWaiting(database, NO_MAIL_SERVER);
  waiting.set(left);
  if (left > 0) log.error({ mails: left }, `mails wait: ${NO_MAIL_SERVER}`);
}

async function expire(database: OwnMessagesDatabase): Promise<void> {
  mails.inc({ outcome: 'expired' }, await expireMails(database));
}
