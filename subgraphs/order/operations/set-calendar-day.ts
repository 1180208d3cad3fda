/** Head office says what kind of day a day is, for forecasts; the schema's scope lets no other caller in. */
import { UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import {
  type CalendarDay,
  dateOfDay,
  type Period,
  parseCalendarDay,
  reportPeriod,
} from '../../../platform/kit/calendar.js';
import type { Context } from '../context.js';
import { kindOf, kindsFrom } from '../domain/forecast/calendar.js';
import { findCalendarDays, updateCalendarDay } from '../store/calendar-days.js';

const KIND = /^[A-Z][A-Z0-9_]{0,39}$/;
/** What becomes of what was set. */
const AS_CALENDAR = 'AS_CALENDAR';
const ORDINARY = 'ORDINARY';
/** The first that a UUIDv7 can say. */
const FIRST_DAY = '1970-01-01';

export interface KindOfDay {
  readonly day: CalendarDay;
  /** Null for a day like any other. */
  readonly kind: string | null;
  readonly isSet: boolean;
}

/** @param kind such as `PROMOTION`; `ORDINARY` for a day like any other, `AS_CALENDAR` for what the calendar says. */
export async function setCalendarDay(
  context: Context,
  input: { readonly day: string; readonly kind: string },
): Promise<KindOfDay> {
  const day = parseCalendarDay(input.day);
  if (day === undefined || day < FIRST_DAY) throw UserFault.of('INVALID_INPUT', 'That is no day.', ['day']);
  if (!KIND.test(input.kind)) {
    const message = 'A kind of day is of capital letters, digits and underscores, 40 at the most.';
    throw UserFault.of('INVALID_INPUT', message, ['kind']);
  }
  const isSet = input.kind !== AS_CALENDAR;
  const kind = !isSet ? kindOf(day) : input.kind === ORDINARY ? null : input.kind;
  await context.database.work(context.cause, async (work) => {
    const before = await updateCalendarDay(work.tx, day, isSet ? kind : undefined);
    const shown = (one: string | null | undefined) => (one === undefined ? AS_CALENDAR : (one ?? ORDINARY));
    recordChange(work, context, {
      ...{ action: 'setCalendarDay', entity: { type: 'CalendarDay', id: idOfDay(day) } },
      tenant: { franchiseId: null, outletId: null },
      before: { calendarDays: { [day]: shown(before) } },
      after: { calendarDays: { [day]: input.kind } },
    });
  });
  return { day, kind, isSet };
}

/** The day as the audit trail knows it: the lowest UUIDv7 of its midnight. */
function idOfDay(day: CalendarDay): string {
  const hex = dateOfDay(day).getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

/** The days that are not like any other, and those that were set to be. @throws BAD_USER_INPUT for days that make no report. */
export async function readCalendar(
  context: Context,
  period: { from: string; to: string },
): Promise<KindOfDay[]> {
  const { from, to }: Period = reportPeriod(period);
  const set = await findCalendarDays(context.database, from, to);
  return kindsFrom(from, to, set)
    .map(({ day, kind }) => ({ day, kind, isSet: set.has(day) }))
    .filter(({ kind, isSet }) => kind !== null || isSet);
}
