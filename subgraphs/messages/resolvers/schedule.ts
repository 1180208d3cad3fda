/** `Schedule`. */
import { idPageOf } from '../../../platform/kit/paging.js';
import type { ScheduleResolvers } from '../../../schema/types/messages.js';
import { readRuns } from '../operations/schedules/read-schedules.js';

export const Schedule: ScheduleResolvers = {
  outlet: ({ outletId }) => (outletId === null ? null : { id: outletId }),
  franchise: ({ franchiseId }) => (franchiseId === null ? null : { id: franchiseId }),
  owner: ({ ownerId }) => ({ id: ownerId }),
  isPaused: ({ pausedAt }) => pausedAt !== null,
  nextRunAt: ({ pausedAt, nextRunAt }) => (pausedAt === null ? nextRunAt : null),
  runs: (schedule, page, context) => readRuns(context, schedule, idPageOf(page)),
};
