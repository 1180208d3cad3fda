/** Plans the runs of schedules as they fall due, and begins them. */
import { type PollLoop, startPollLoop } from '../../../platform/kit/poll-loop.js';
import { planDueRuns, type Scheduling } from '../operations/schedules/plan-runs.js';
import { endOverdueRuns, startWaitingRuns } from '../operations/schedules/start-runs.js';
import { findSchedulerWork } from '../store/schedules/runs.js';

const POLL_INTERVAL_MILLISECONDS = 1_000;

/** @param onEnded called once runs that ended without their action are committed: their owners are written to. */
export function startScheduler(scheduling: Scheduling, onEnded: () => void): PollLoop {
  return startPollLoop({
    name: 'messages.scheduler',
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log: scheduling.log,
    async turn() {
      const { isDue, isWaiting, isOverdue } = await findSchedulerWork(scheduling.database);
      const planned = isDue ? await planDueRuns(scheduling) : 'done';
      const begun = isDue || isWaiting ? await startWaitingRuns(scheduling) : 'done';
      if (isOverdue) await endOverdueRuns(scheduling);
      if (isDue || isWaiting || isOverdue) onEnded();
      return planned === 'more' || begun === 'more' ? 'more' : 'done';
    },
  });
}
