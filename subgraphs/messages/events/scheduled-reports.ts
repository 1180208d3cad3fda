/**
 * Mails the reports that runs of schedules asked for, and ends the runs, in the transaction of their inbox rows. The owner's roles are looked at once more:
 * figures that were made before a role was revoked are not sent after it.
 */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import type { AnyEvent, EventType } from '../../../platform/events/envelope.js';
import { mayRun, type RunResult } from '../domain/schedule/schedule.js';
import { findContacts, findErased } from '../store/contacts.js';
import type { Transaction } from '../store/database.js';
import { findRunUnderWay, type OwnedRun } from '../store/schedules/runs.js';
import type { ConsumerParts } from './consumer-parts.js';
import { endRun } from './end-run.js';

const ANSWERS = [
  'sales-report.made',
  'sales-report.refused',
  'stock-report.made',
  'stock-report.refused',
] as const satisfies readonly EventType[];

type Answer = Extract<AnyEvent, { readonly type: (typeof ANSWERS)[number] }>;

function isAnswer(event: AnyEvent): event is Answer {
  return ANSWERS.some((type) => type === event.type);
}

export function consumer({ database, log, wakeSender }: ConsumerParts): Consumer {
  const name = 'messages.scheduled-reports';
  const handle = idempotent(database, name, (event, { tx }) => end(tx, event), log);
  return {
    name,
    types: ANSWERS,
    async handle(events) {
      await handle(events);
      wakeSender();
    },
  };
}

async function end(tx: Transaction, event: AnyEvent): Promise<void> {
  if (!isAnswer(event)) return;
  const run = await findRunUnderWay(tx, event.data.runId);
  if (run === null) return;
  await requireContact(tx, run);
  if (!mayRun(run.schedule, run.roles)) return endRun(tx, run, { outcome: 'FORBIDDEN' });
  if ('because' in event.data) return endRun(tx, run, REFUSALS[event.data.because]);
  return endRun(tx, run, { outcome: 'SUCCEEDED', report: JSON.stringify(event.data) });
}

const REFUSALS = {
  FORBIDDEN: { outcome: 'FORBIDDEN' },
  NOT_FOUND: { outcome: 'FAILED', failure: 'PLACE_GONE' },
  FAILED: { outcome: 'FAILED', failure: 'NOT_MADE' },
} as const satisfies Record<string, RunResult>;

class ContactNotKnown extends Error {
  override readonly name = 'ContactNotKnown';
}

/** @throws ContactNotKnown where the address is still on its way: then the event is tried again. */
async function requireContact(tx: Transaction, { schedule: { ownerId } }: OwnedRun): Promise<void> {
  if ((await findContacts(tx, [ownerId])).has(ownerId)) return;
  if ((await findErased(tx, [ownerId])).has(ownerId)) return;
  throw new ContactNotKnown(`No contact is known of ${ownerId}`);
}
