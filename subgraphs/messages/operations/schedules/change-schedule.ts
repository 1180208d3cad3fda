/** What is done to a schedule: changed, paused and resumed, run now, deleted; by its owner, and by who manages schedules of its place. */
import { notFound, UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import type { UnitOfWork } from '../../../../platform/events/unit-of-work.js';
import { scopeFor } from '../../../../platform/identity/identity.js';
import { isId, newId } from '../../../../platform/ids.js';
import { parseInput } from '../../../../platform/kit/input.js';
import { placeOf } from '../../../../platform/kit/requested-place.js';
import type { UpdateScheduleInput } from '../../../../schema/types/messages.js';
import type { Context } from '../../context.js';
import { beginRecurrence, recurrenceOf } from '../../domain/schedule/recurrence.js';
import type { Schedule, ScheduleRun } from '../../domain/schedule/schedule.js';
import type { Transaction } from '../../store/database.js';
import { hasOpenRun, insertRun } from '../../store/schedules/runs.js';
import {
  deleteScheduleRow,
  findSchedule,
  findScheduleForUpdate,
  type ScheduleChange,
  updateSchedule as updateRow,
} from '../../store/schedules/schedules.js';
import { requestedPlace, scheduleTexts } from './schedule-input.js';

type Work = UnitOfWork<Transaction>;

/** Runs a change of a schedule, which is locked. @throws NOT_FOUND for one that the caller does not reach. */
async function change<Result>(
  { database, identity, cause }: Context,
  id: string,
  run: (work: Work, schedule: Schedule) => Promise<Result>,
): Promise<Result> {
  if (!isId(id)) throw notFound('Schedule');
  const scope = scopeFor(identity, 'schedules:manage');
  return database.work(cause, async (work) => {
    const schedule = await findScheduleForUpdate(work.tx, scope, id);
    if (schedule === null) throw notFound('Schedule');
    return run(work, schedule);
  });
}

function record(
  { identity, origin }: Context,
  work: Work,
  { id, franchiseId, outletId }: Schedule,
  action: string,
  before: object,
  after: object | null,
): void {
  const entity = { type: 'Schedule', id };
  const fields = { before: { ...before }, after: after && { ...after } };
  recordChange(work, { identity, origin }, { action, entity, tenant: { franchiseId, outletId }, ...fields });
}

async function readBack(tx: Transaction, id: string): Promise<Schedule> {
  const schedule = await findSchedule(tx, id);
  if (schedule === null) throw notFound('Schedule');
  return schedule;
}

/** @throws NOT_FOUND for a place of another tenant, UserFault INVALID_INPUT */
export async function updateSchedule(
  context: Context,
  { id, scope, ...given }: UpdateScheduleInput,
): Promise<Schedule> {
  const texts = parseInput(scheduleTexts.partial(), {
    ...(given.name != null && { name: given.name }),
    ...(given.timeZone != null && { timeZone: given.timeZone }),
  });
  const place = scope == null ? {} : await requestedPlace(context, placeOf(scope));
  return change(context, id, async (work, schedule) => {
    const { name = schedule.name, timeZone = schedule.timeZone } = texts;
    const rule = given.rule?.trim() ?? schedule.rule;
    const missed = given.missed ?? schedule.missed;
    const isSameRule = rule === schedule.rule && timeZone === schedule.timeZone;
    const changed: ScheduleChange = {
      ...{ ...place, name, rule, timeZone, missed },
      ...(!isSameRule && begun({ rule, timeZone })),
    };
    await updateRow(work.tx, id, changed);
    const fieldsOf = (of: Pick<Schedule, 'name' | 'rule' | 'timeZone' | 'missed'>) => {
      const { outletId, franchiseId } = { ...schedule, ...(of === schedule ? {} : place) };
      return {
        name: of.name,
        rule: of.rule,
        timeZone: of.timeZone,
        missed: of.missed,
        outletId,
        franchiseId,
      };
    };
    const after = fieldsOf({ name, rule, timeZone, missed });
    record(context, work, schedule, 'updateSchedule', fieldsOf(schedule), after);
    return readBack(work.tx, id);
  });
}

function begun(source: Pick<Schedule, 'rule' | 'timeZone'>): ScheduleChange {
  const { recurrence, next } = beginRecurrence(source, new Date());
  return { anchor: recurrence.anchor, nextRunAt: next };
}

export function pauseSchedule(context: Context, id: string): Promise<Schedule> {
  return change(context, id, async (work, schedule) => {
    if (schedule.pausedAt === null) await updateRow(work.tx, id, { pausedAt: new Date() });
    const before = { isPaused: schedule.pausedAt !== null };
    record(context, work, schedule, 'pauseSchedule', before, { isPaused: true });
    return readBack(work.tx, id);
  });
}

export function resumeSchedule(context: Context, id: string): Promise<Schedule> {
  return change(context, id, async (work, schedule) => {
    if (schedule.pausedAt !== null)
      await updateRow(work.tx, id, { pausedAt: null, nextRunAt: recurrenceOf(schedule).next(new Date()) });
    const before = { isPaused: schedule.pausedAt !== null };
    record(context, work, schedule, 'resumeSchedule', before, { isPaused: false });
    return readBack(work.tx, id);
  });
}

export function deleteSchedule(context: Context, id: string): Promise<string> {
  return change(context, id, async (work, schedule) => {
    await deleteScheduleRow(work.tx, id);
    const { name, action, rule, timeZone, missed } = schedule;
    record(context, work, schedule, 'deleteSchedule', { name, action, rule, timeZone, missed }, null);
    return id;
  });
}

/** @throws UserFault INVALID_STATE while a run waits or is under way. */
export async function runScheduleNow(
  context: Context,
  id: string,
): Promise<{ readonly schedule: Schedule; readonly run: ScheduleRun }> {
  const made = await change(context, id, async (work, schedule) => {
    if (await hasOpenRun(work.tx, id))
      throw UserFault.of('INVALID_STATE', 'A run of the schedule is under way');
    const dueAt = new Date();
    const run = await insertRun(work.tx, { id: newId(), scheduleId: id, dueAt });
    record(context, work, schedule, 'runScheduleNow', {}, { runAt: dueAt });
    return { schedule, run };
  });
  context.wakeScheduler();
  return made;
}
