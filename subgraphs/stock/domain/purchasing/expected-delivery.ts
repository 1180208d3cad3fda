/** When the goods of an order should come: on the supplier's first delivery day after its lead time. */
import { addDays, type CalendarDay } from '../../../../platform/kit/calendar.js';
import { WEEKDAYS, weekdayOf } from '../../../../platform/kit/opening-hours.js';
import type { Supplier } from './records.js';

/** @param sentOn in the outlet's time zone. */
export function expectedDay(
  sentOn: CalendarDay,
  { leadTimeDays, deliveryWeekdays }: Pick<Supplier, 'leadTimeDays' | 'deliveryWeekdays'>,
): CalendarDay {
  const earliest = addDays(sentOn, leadTimeDays);
  const days = WEEKDAYS.map((_, offset) => addDays(earliest, offset));
  return days.find((day) => deliveryWeekdays.includes(weekdayOf(day))) ?? earliest;
}
