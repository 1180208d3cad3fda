/**
 * Plans the runs of schedules that are due: one round. The runs and the next due time are one transaction, in which each schedule is locked, so that any
 * number of processes share the work, and none plans a due time twice.
 */
import { setImmediate as turnOfOthers } from 'node:timers/promises';
import { newCause } from '../../../../platform/events/envelope.js';
import { newId } from '../../../../platform/ids.js';
import type { Log } from '../../../../platform/log.js';
import { type DueRuns, dueRuns } from '../../domain/schedule/due-runs.js';
import { recurrenceOf } from '../../domain/schedule/recurrence.js';
import type { Schedule } from '../../domain/schedule/schedule.js';
import type { OwnMessagesDatabase } from '../../store/database.js';
import {
  claimDueSchedules,
  insertPlannedRuns,
  type PlannedRun,
  updateNextRuns,
} from '../../store/schedules/runs.js';

export interface Scheduling {
  readonly database: OwnMessagesDatabase;
  readonly log: Log;
}

/** Each takes a millisecond, or a tenth of a second where a hundred due times were missed. */
const AT_ONCE = 50;

export function planDueRuns({ database, log }: Scheduling): Promise<'more' | 'done'> {
  return database.work(newCause(), async ({ tx }) => {
    const due = await claimDueSchedules(tx, AT_ONCE);
    if (due.length === 0) return 'done';
    const runs: PlannedRun[] = [];
    const next: { id: string; nextRunAt: Date | null }[] = [];
    for (const { now, ...schedule } of due) {
      const planned = plan(schedule, now, log);
      runs.push(...planned.runs);
      next.push({ id: schedule.id, nextRunAt: planned.next });
      // Requests of the process do not wait for a whole round.
      await turnOfOthers();
    }
    await insertPlannedRuns(tx, runs);
    await updateNextRuns(tx, next);
    return due.length === AT_ONCE ? 'more' : 'done';
  });
}

function plan(
  schedule: Schedule & { readonly nextRunAt: Date },
  now: Date,
  log: Log,
): { readonly runs: PlannedRun[]; readonly next: Date | null } {
  const { id: scheduleId, missed, nextRunAt } = schedule;
  const run = (dueAt: Date, ended: PlannedRun['ended']) => ({ id: newId(), scheduleId, dueAt, ended });
  const planned = runsOf(schedule, missed, { since: nextRunAt, now }, log);
  if (planned === null)
    return { runs: [run(nextRunAt, { outcome: 'FAILED', failure: 'RULE_UNREADABLE' })], next: null };
  const { due, skipped, next } = planned;
  return {
    runs: [
      ...skipped.map((dueAt) => run(dueAt, { outcome: 'SKIPPED' })),
      ...due.map((dueAt) => run(dueAt, null)),
    ],
    next,
  };
}

/** Null for a rule that this version does not read: the others of the round do not suffer from it. */
function runsOf(
  schedule: Schedule,
  missed: Schedule['missed'],
  times: { readonly since: Date; readonly now: Date },
  log: Log,
): DueRuns | null {
  try {
    return dueRuns(recurrenceOf(schedule), missed, times);
  } catch (error) {
    log.error({ schedule: schedule.id, error: String(error) }, 'schedule: its rule cannot be read');
    return null;
  }
}
