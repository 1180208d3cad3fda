/**
 * Sends mails as they are asked for, and again those that the mail server did not take. Where no mail server is configured, mails wait, and
 * the log says so.
 */
import { CoalescingWriter } from '../../../platform/kit/coalescing-writer.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Delivery } from '../delivery/delivery.js';
import type { ClaimedMail } from '../domain/mail.js';
import { reportWaiting, type Sending, sendMail, tidyMails } from '../operations/send-mail.js';
import { claimDueMails, markSent } from '../store/mails.js';
import { startClaimingSender } from './claiming-sender.js';

const POLL_INTERVAL_MILLISECONDS = 1_000;
/** Mails that wait for a mail server are reported so often. */
const REPORT_INTERVAL_MILLISECONDS = 60_000;
/** Twice the connections of `smtpDelivery`: one mail under way by each, one written meanwhile. */
const AT_ONCE = 32;
/** Longer than the slowest attempt, and the one before it on its connection. */
const CLAIM_SECONDS = 120;

export interface MailSending extends Sending {
  /** Null where no mail server is configured and mails must wait for one. */
  readonly delivery: Delivery | null;
}

export function startSender({ delivery, ...sending }: MailSending): Pick<PollLoop, 'wake' | 'stop'> {
  const { database, log } = sending;
  if (delivery === null) {
    return startPollLoop({
      ...{
        name: 'messages.sender',
        isMaintenance: true,
        intervalMilliseconds: REPORT_INTERVAL_MILLISECONDS,
        log,
      },
      turn: () => reportWaiting(sending).then(() => 'done'),
    });
  }
  const sent = new CoalescingWriter<string, undefined>({
    maximumBatch: AT_ONCE,
    write: async (ids) => {
      await markSent(database, ids);
      return ids.map(() => undefined);
    },
  });
  return startClaimingSender<ClaimedMail>({
    ...{ name: 'messages.sender', intervalMilliseconds: POLL_INTERVAL_MILLISECONDS, log, atOnce: AT_ONCE },
    claim: (free) => claimDueMails(database, free, CLAIM_SECONDS),
    attempt: (mail) => sendMail(mail, { ...sending, delivery, markSent: (id) => sent.write(id) }),
    tidy: () => tidyMails(sending),
  });
}
