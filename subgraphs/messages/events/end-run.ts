/**
 * Ends a run with what came of it. Its owner is written to of the first that fails, and of no further one until a run succeeds: in the transaction in
 * which it ends.
 */
import { newId } from '../../../platform/ids.js';
import type { Facts, NewMail } from '../domain/mail.js';
import type { RunResult, ScheduleAction, ScheduleFailure } from '../domain/schedule/schedule.js';
import { type Contact, findContacts } from '../store/contacts.js';
import type { Transaction } from '../store/database.js';
import { insertMails } from '../store/mails.js';
import { type OwnedRun, updateEnded, updateFailing, updateSucceeding } from '../store/schedules/runs.js';

/** A report of last week is still of use. */
const USEFUL_MILLISECONDS = 7 * 86_400_000;

/** @param report what the mail of one that succeeds says. */
export async function endRun(
  tx: Transaction,
  run: OwnedRun,
  result: Exclude<RunResult, { outcome: 'SUCCEEDED' }> | { outcome: 'SUCCEEDED'; report: string },
): Promise<void> {
  const { schedule, runId } = run;
  // Locked first: who writes mails to an account holds its address until they are there.
  const contact = (await findContacts(tx, [schedule.ownerId])).get(schedule.ownerId);
  if (result.outcome !== 'SUCCEEDED') {
    const because = result.outcome === 'FAILED' ? result.failure : result.outcome;
    await endFailed(tx, run, result, because, contact);
    return;
  }
  if (contact?.isVerified !== true) {
    const failure: ScheduleFailure = 'ADDRESS_NOT_CONFIRMED';
    await endFailed(tx, run, { outcome: 'FAILED', failure }, failure, contact);
    return;
  }
  await updateEnded(tx, runId, { outcome: 'SUCCEEDED' });
  await updateSucceeding(tx, schedule.id);
  await insertMails(tx, [
    mailTo(contact, schedule.action, { schedule: schedule.name, report: result.report }),
  ]);
}

async function endFailed(
  tx: Transaction,
  { runId, dueAt, schedule }: OwnedRun,
  result: RunResult,
  because: string,
  contact: Contact | undefined,
): Promise<void> {
  await updateEnded(tx, runId, result);
  const isFirst = await updateFailing(tx, schedule.id);
  if (!isFirst || contact === undefined) return;
  const facts = { schedule: schedule.name, dueAt: dueAt.toISOString(), because };
  await insertMails(tx, [mailTo(contact, 'SCHEDULE_FAILED', facts)]);
}

function mailTo(
  { customerId, email: to, language, name, isVerified }: Contact,
  kind: ScheduleAction | 'SCHEDULE_FAILED',
  facts: Facts,
): NewMail {
  const now = new Date();
  return {
    ...{ id: newId(), customerId, to, kind, language, link: null, orderId: null },
    // An address that is not confirmed may be somebody else's, who is named to nobody.
    facts: { name: isVerified ? name : '', ...facts },
    ...{ requestedAt: now, notBefore: now, expiresAt: new Date(now.getTime() + USEFUL_MILLISECONDS) },
  };
}
