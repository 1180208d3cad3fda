/**
 * `dailyClose`: the Z report of an outlet's day, made once and never changed. It reports the day's figures as they stand, and of days since
 * the outlet's first close the differences to what was reported of earlier days. Days are closed in order: once a later day is closed, an
 * earlier one cannot be; its figures stand in the later close.
 */
import { notFound, UserFault } from '../../../platform/errors.js';
import { recordChange } from '../../../platform/events/record-change.js';
import { type Scope, scopeFor } from '../../../platform/identity/identity.js';
import { newId } from '../../../platform/ids.js';
import { addDays, type CalendarDay, parseCalendarDay, todayIn } from '../../../platform/kit/calendar.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import { requirePlace } from '../../../platform/kit/requested-place.js';
import { covers } from '../../../platform/kit/tenant-scope.js';
import { findYoung } from '../../../platform/kit/young-id.js';
import type { Context } from '../context.js';
import {
  type DailyClose,
  type DayFigures,
  lateFigures,
  type MoneyOfDay,
  NO_SALES,
  noFigures,
  type SalesOfDay,
} from '../domain/daily-close.js';
import { ledgerSums } from '../domain/financial-report.js';
import {
  type DailyCloseFilter,
  findClosedDays,
  findDailyClose,
  findDailyClosePage,
  findReportedDayNames,
  findReportedSums,
  findSalesOfDays,
  findUnreportedTills,
  insertDailyClose,
  lockDailyCloses,
} from '../store/daily-closes.js';
import type { Transaction, WithPool } from '../store/database.js';
import { findCashOutsideTills, findPostingSums } from '../store/ledger.js';
import { findOutlet, knownPlaces, type OutletCopy } from '../store/outlets.js';

/** Bookings are of the moment at which they are made: none comes later than clocks are wrong. Sales of any day may change by a refund. */
const LATE_DAYS_OF_LEDGER = 7;

/** @throws NOT_FOUND for an outlet whose money the caller does not read. @throws UserFault INVALID_INPUT, INVALID_STATE */
export async function closeDay(context: Context, outletId: string, given: string): Promise<DailyClose> {
  const { database, identity, cause, loaders } = context;
  const scope = scopeFor(identity, 'finance:read');
  const outlet = await findYoung(outletId, () => findOutlet(database, outletId));
  if (outlet === null || !covers(scope, { outletId, franchiseId: outlet.franchiseId }))
    throw notFound('Outlet');
  const day = requireDay(given, outlet);
  const known = await findDailyClose(database, scope, outletId, day);
  if (known !== null) return known;
  refuseLate(day, outlet);
  const figures = await findFigures(database, scope, outlet, day);
  await database.work(cause, async (work) => {
    const close = { id: newId('DailyClose'), outletId, franchiseId: outlet.franchiseId, day };
    const number = await insertClose(work.tx, outlet, { ...close, madeBy: identity.customerId }, figures);
    if (number === null) return;
    recordChange(work, context, {
      ...{ action: 'dailyClose', entity: { type: 'DailyClose', id: close.id }, tenant: close, before: null },
      after: { day, number },
    });
  });
  const made = await findDailyClose(database, scope, outletId, day);
  if (made === null) {
    const { lastDay } = (await findClosedDays(database, outletId)) ?? { lastDay: day };
    throw UserFault.of('INVALID_STATE', `${lastDay} is closed: what ${day} had stands in its report.`, [
      'day',
    ]);
  }
  loaders.dailyClose.clear(made.id);
  return made;
}

/** What a day is closed with: its own figures, and those of the days before whose reports may have to be completed. */
export interface FiguresToClose {
  readonly ofDay: DayFigures;
  readonly ofEarlierDays: readonly EarlierDay[];
}

interface EarlierDay {
  readonly day: CalendarDay;
  readonly sales: SalesOfDay;
  /** Null where it stands as it was reported. */
  readonly money: MoneyOfDay | null;
}

export async function findFigures(
  database: WithPool,
  scope: Scope,
  { id: outletId }: Pick<OutletCopy, 'id'>,
  day: CalendarDay,
): Promise<FiguresToClose> {
  const closed = await findClosedDays(database, outletId);
  const firstDay = closed === null || closed.firstDay > day ? day : closed.firstDay;
  const sales = await findSalesOfDays(database, outletId, firstDay, day);
  const salesOf = (one: CalendarDay) => sales.get(one) ?? NO_SALES;
  const moneyOf = async (one: CalendarDay): Promise<MoneyOfDay> => {
    const place = { outletId, franchiseId: null, from: one, to: one };
    const sums = ledgerSums(await findPostingSums(database, scope, place));
    const { tips, fees, owed, service, tax, rounding, methods } = sums;
    const cashOutsideTills = await findCashOutsideTills(database, scope, place);
    return { tips, fees, owed, service, tax, rounding, methods, cashOutsideTills };
  };
  const reported = await findReportedDayNames(database, outletId);
  const ofEarlierDays: EarlierDay[] = [];
  for (let earlier = firstDay; earlier < day; earlier = addDays(earlier, 1)) {
    const isOld = reported.has(earlier) && earlier < addDays(day, -LATE_DAYS_OF_LEDGER);
    const money = isOld ? null : await moneyOf(earlier);
    ofEarlierDays.push({ day: earlier, sales: salesOf(earlier), money });
  }
  return { ofDay: { day, ...salesOf(day), ...(await moneyOf(day)) }, ofEarlierDays };
}

/**
 * Figures that were read before are reported as they were: what came since stands in the next close.
 * @returns null where the day is closed already, or a later one.
 */
export async function insertClose(
  tx: Transaction,
  { id: outletId, timeZone }: Pick<OutletCopy, 'id' | 'timeZone'>,
  close: Pick<DailyClose, 'id' | 'outletId' | 'franchiseId' | 'day' | 'madeBy'>,
  { ofDay, ofEarlierDays }: FiguresToClose,
): Promise<number | null> {
  const { day } = close;
  await lockDailyCloses(tx, outletId);
  const { lastDay, days: reported } = await findReportedSums(tx, outletId);
  if (lastDay !== null && lastDay >= day) return null;
  const late = ofEarlierDays.flatMap((earlier) => {
    const known = reported.get(earlier.day) ?? noFigures(earlier.day);
    const { sales, money } = earlier;
    return lateFigures({ ...known, ...sales, ...money }, known) ?? [];
  });
  const tillIds = await findUnreportedTills(tx, outletId, timeZone, day);
  const { cashOutsideTills } = ofDay;
  return insertDailyClose(tx, { ...close, cashOutsideTills, days: [ofDay, ...late], tillIds });
}

/** @throws NOT_FOUND for a day that is not closed, and an outlet whose money the caller does not read. */
export async function readDailyClose(
  { database, identity }: Context,
  outletId: string,
  given: string,
): Promise<DailyClose> {
  const scope = scopeFor(identity, 'finance:read');
  const day = parseCalendarDay(given);
  const outlet = await findOutlet(database, outletId);
  const close =
    day === undefined || outlet === null ? null : await findDailyClose(database, scope, outletId, day);
  if (close === null) throw notFound('DailyClose');
  return close;
}

/** @throws NOT_FOUND for a place that does not exist or lies outside the caller's scope. */
export async function listDailyCloses(
  { database, identity }: Context,
  filter: DailyCloseFilter,
  page: Page,
): Promise<CountedConnection<DailyClose>> {
  const scope = scopeFor(identity, 'finance:read');
  await requirePlace(scope, filter, knownPlaces(database));
  return findDailyClosePage(database, scope, filter, page);
}

/** @throws UserFault INVALID_INPUT for a day that has not begun at the outlet. */
function requireDay(given: string, { timeZone }: OutletCopy): CalendarDay {
  const day = parseCalendarDay(given);
  if (day === undefined) throw UserFault.of('INVALID_INPUT', 'A day such as 2026-11-20.', ['day']);
  if (day <= todayIn(timeZone)) return day;
  throw UserFault.of('INVALID_INPUT', 'A day is closed once it has begun.', ['day']);
}

/** What the clock has not closed by now was never to be closed, such as a day of another year. @throws UserFault INVALID_INPUT */
function refuseLate(day: CalendarDay, { timeZone }: OutletCopy): void {
  const yesterday = addDays(todayIn(timeZone), -1);
  if (day >= yesterday) return;
  throw UserFault.of(
    'INVALID_INPUT',
    `A day is closed on itself or on the next one: close ${yesterday}. What skipped days had stands in the next close.`,
    ['day'],
  );
}
