/**
 * Handles requests for password resets, one at a time: an address with an account is sent a link, at most five within an hour; of any
 * other nothing is left.
 */
import { newCause } from '../../../platform/events/envelope.js';
import { newId } from '../../../platform/ids.js';
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import type { Log } from '../../../platform/log.js';
import { linkEnd } from '../domain/account-link.js';
import { mailTo } from '../published.js';
import { countPersonalLinks, insertPersonalLink } from '../store/account-links.js';
import { findAddressee } from '../store/customers.js';
import type { OwnCustomerDatabase, Work } from '../store/database.js';
import { takeResetRequest } from '../store/reset-requests.js';

const INTERVAL_MILLISECONDS = 1_000;
const HOUR_MILLISECONDS = 60 * 60 * 1_000;
const LINKS_PER_HOUR = 5;

export function startPasswordResets(database: OwnCustomerDatabase, log: Log): PollLoop {
  return startPollLoop({
    name: 'customer.password-resets',
    isMaintenance: true,
    intervalMilliseconds: INTERVAL_MILLISECONDS,
    log,
    turn: async () => ((await database.work(newCause(), handleOne)) ? 'more' : 'done'),
  });
}

/** @returns whether there was a request. */
async function handleOne({ tx, emit }: Work): Promise<boolean> {
  const email = await takeResetRequest(tx);
  if (email === null) return false;
  const addressee = await findAddressee(tx, { email });
  if (addressee === null) return true;
  const now = new Date();
  const { id: customerId } = addressee;
  const sent = await countPersonalLinks(tx, 'reset', customerId, new Date(now.getTime() - HOUR_MILLISECONDS));
  if (sent >= LINKS_PER_HOUR) return true;
  const link = { id: newId(), customerId, email: null, expiresAt: linkEnd('reset', now) };
  await insertPersonalLink(tx, 'reset', link);
  emit(mailTo(addressee, 'PASSWORD_RESET', { name: addressee.name }, { purpose: 'reset', ...link }));
  return true;
}
