/**
 * Begins runs that wait, and ends those that nobody answers: one round each. The start of a run and the event that has its action done are one
 * transaction, in which the run is locked. Whose roles no longer allow it gets no figures: the run is FORBIDDEN.
 */
import { newCause } from '../../../../platform/events/envelope.js';
import { recurrenceOf } from '../../domain/schedule/recurrence.js';
import { reportedDays } from '../../domain/schedule/reported-days.js';
import { mayRun } from '../../domain/schedule/schedule.js';
import { endRun } from '../../events/end-run.js';
import { scheduleDueEvent } from '../../published.js';
import {
  claimOverdueRuns,
  claimWaitingRuns,
  type OwnedRun,
  updateStarted,
} from '../../store/schedules/runs.js';
import type { Scheduling } from './plan-runs.js';

const AT_ONCE = 100;

export function startWaitingRuns({ database, log }: Scheduling): Promise<'more' | 'done'> {
  return database.work(newCause(), async ({ tx, emit }) => {
    const waiting = await claimWaitingRuns(tx, AT_ONCE);
    const begun: string[] = [];
    for (const run of waiting) {
      if (!mayRun(run.schedule, run.roles)) {
        await endRun(tx, run, { outcome: 'FORBIDDEN' });
        continue;
      }
      const days = daysOf(run);
      if (days === null) {
        log.error({ schedule: run.schedule.id }, 'schedule: its rule cannot be read');
        await endRun(tx, run, { outcome: 'FAILED', failure: 'RULE_UNREADABLE' });
        continue;
      }
      emit(scheduleDueEvent(run, days));
      begun.push(run.runId);
    }
    if (begun.length > 0) await updateStarted(tx, begun);
    return waiting.length === AT_ONCE ? 'more' : 'done';
  });
}

function daysOf({ schedule, dueAt }: OwnedRun): ReturnType<typeof reportedDays> | null {
  try {
    return reportedDays(recurrenceOf(schedule), dueAt, schedule.timeZone);
  } catch {
    return null;
  }
}

export function endOverdueRuns({ database }: Pick<Scheduling, 'database'>): Promise<void> {
  return database.work(newCause(), async ({ tx }) => {
    for (const run of await claimOverdueRuns(tx, AT_ONCE))
      await endRun(tx, run, { outcome: 'FAILED', failure: 'TIMED_OUT' });
  });
}
