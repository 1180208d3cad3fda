/** Days of the calendar that head office has set. */
import { type CalendarDay, dateOfDay, dayOfDate } from '../../../platform/kit/calendar.js';
import type { OrderDatabase, OwnOrderDatabase, Transaction } from './database.js';

/** Kinds by day; null for a day like any other. Both days included. */
export async function findCalendarDays(
  { prisma }: Pick<OrderDatabase | OwnOrderDatabase, 'prisma'>,
  from: CalendarDay,
  to: CalendarDay,
): Promise<Map<CalendarDay, string | null>> {
  const rows = await prisma.calendarDay.findMany({
    where: { day: { gte: dateOfDay(from), lte: dateOfDay(to) } },
    orderBy: { day: 'asc' },
  });
  return new Map(rows.map(({ day, kind }) => [dayOfDate(day), kind]));
}

/** @param kind undefined for what the calendar says. @returns what was set before; undefined where nothing was. */
export async function updateCalendarDay(
  tx: Transaction,
  day: CalendarDay,
  kind: string | null | undefined,
): Promise<string | null | undefined> {
  const where = { day: dateOfDay(day) };
  const before = await tx.calendarDay.findUnique({ where });
  if (kind === undefined) await tx.calendarDay.deleteMany({ where });
  else await tx.calendarDay.upsert({ where, create: { ...where, kind }, update: { kind } });
  return before?.kind ?? (before === null ? undefined : null);
}
