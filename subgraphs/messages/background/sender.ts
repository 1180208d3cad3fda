/** Sends mails as they are asked for, and again those that the mail server did not take. */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import { type Sending, sendDueMails } from '../operations/send-due-mails.js';

const POLL_INTERVAL_MILLISECONDS = 1_000;
/** Mails that wait for a mail server are reported so often. */
const REPORT_INTERVAL_MILLISECONDS = 60_000;

export function startSender(sending: Sending): PollLoop {
  return startPollLoop({
    name: 'messages.sender',
    isMaintenance: true,
    intervalMilliseconds:
      sending.delivery === null ? REPORT_INTERVAL_MILLISECONDS : POLL_INTERVAL_MILLISECONDS,
    log: sending.log,
    turn: () => sendDueMails(sending),
  });
}
