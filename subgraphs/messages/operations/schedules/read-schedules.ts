/** Lists schedules, the caller's own and those of the places that the caller manages, and their runs. */
import { scopeFor } from '../../../../platform/identity/identity.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import type { Context } from '../../context.js';
import type { Schedule, ScheduleRun } from '../../domain/schedule/schedule.js';
import { findRunPage } from '../../store/schedules/runs.js';
import { findSchedulePage } from '../../store/schedules/schedules.js';

export function readSchedules(
  { database, identity }: Context,
  page: Page,
): Promise<CountedConnection<Schedule>> {
  return findSchedulePage(database, scopeFor(identity, 'schedules:manage'), page);
}

/** Of a schedule that the caller has been shown. */
export function readRuns(
  { database }: Context,
  { id }: Schedule,
  page: Page,
): Promise<CountedConnection<ScheduleRun>> {
  return findRunPage(database, id, page);
}
