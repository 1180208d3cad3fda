/** Has something done for the caller at the times of a rule. */
import { notFound, UserFault } from '../../../../platform/errors.js';
import { recordChange } from '../../../../platform/events/record-change.js';
import { callerOf } from '../../../../platform/identity/identity.js';
import { newId } from '../../../../platform/ids.js';
import { parseInput } from '../../../../platform/kit/input.js';
import { placeOf } from '../../../../platform/kit/requested-place.js';
import type { CreateScheduleInput } from '../../../../schema/types/messages.js';
import type { Context } from '../../context.js';
import { beginRecurrence } from '../../domain/schedule/recurrence.js';
import type { Schedule } from '../../domain/schedule/schedule.js';
import { countSchedulesOf, findSchedule, insertSchedule } from '../../store/schedules/schedules.js';
import { requestedPlace, scheduleTexts } from './schedule-input.js';

const MAXIMUM_PER_OWNER = 50;

/** @throws NOT_FOUND for a place of another tenant, UserFault INVALID_INPUT or INVALID_STATE. */
export async function createSchedule(
  context: Context,
  { scope, action, missed = 'ONCE', ...input }: CreateScheduleInput,
): Promise<Schedule> {
  const { database, identity, origin, cause } = context;
  const { name, timeZone } = parseInput(scheduleTexts, input);
  const place = await requestedPlace(context, placeOf(scope));
  const rule = input.rule.trim();
  const { recurrence, next } = beginRecurrence({ rule, timeZone }, new Date());
  const id = newId('Schedule');
  const ownerId = callerOf(identity);
  const schedule = await database.work(cause, async (work) => {
    if ((await countSchedulesOf(work.tx, ownerId)) >= MAXIMUM_PER_OWNER)
      throw UserFault.of('INVALID_STATE', `There are at most ${MAXIMUM_PER_OWNER} schedules of one owner`);
    await insertSchedule(work.tx, {
      ...{ id, ownerId, ...place, name, action, rule, timeZone, missed },
      ...{ anchor: recurrence.anchor, nextRunAt: next },
    });
    const after = { name, action, rule, timeZone, missed };
    const change = { action: 'createSchedule', entity: { type: 'Schedule', id }, tenant: place };
    recordChange(work, { identity, origin }, { ...change, before: null, after });
    return findSchedule(work.tx, id);
  });
  if (schedule === null) throw notFound('Schedule');
  return schedule;
}
