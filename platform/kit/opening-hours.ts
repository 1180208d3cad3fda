/**
 * When an outlet takes orders: its status and its opening hours in its own time zone, with summer time. Rules alone, shared by
 * what shows the hours and what refuses orders, so that both agree to the millisecond.
 */
import { z } from 'zod';
import {
  addDays,
  type CalendarDay,
  calendarDay,
  dayIn,
  daysBetween,
  momentAt,
  parseCalendarDay,
} from './calendar.js';

export const outletStatus = z.enum(['DRAFT', 'OPEN', 'PAUSED', 'CLOSED']);
export type OutletStatus = z.infer<typeof outletStatus>;

export const WEEKDAYS = [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Local times, `HH:MM`, up to `24:00`. One that does not close after it opens closes on the next day. */
export interface Opening {
  readonly opensAt: string;
  readonly closesAt: string;
}

export interface WeeklyOpening extends Opening {
  readonly weekday: Weekday;
}

/** Stands in place of the weekly openings that begin on its date. */
export interface OpeningException {
  readonly date: CalendarDay;
  /** Empty where the outlet stays closed. */
  readonly openings: readonly Opening[];
}

export interface OpeningHours {
  /** Empty for all day, every day. */
  readonly weekly: readonly WeeklyOpening[];
  readonly exceptions: readonly OpeningException[];
}

export const ALWAYS_OPEN: OpeningHours = { weekly: [], exceptions: [] };

/** What decides when an outlet takes orders. */
export interface OutletTimes {
  readonly status: OutletStatus;
  /** When a pause ends by itself; null for one that somebody ends. */
  readonly pausedUntil: Date | null;
  readonly timeZone: string;
  readonly openingHours: OpeningHours;
}

/** A pause that is over has ended, whether or not anybody wrote it down. */
export function statusAt(
  { status, pausedUntil }: Pick<OutletTimes, 'status' | 'pausedUntil'>,
  moment: Date,
): OutletStatus {
  return status === 'PAUSED' && pausedUntil !== null && pausedUntil <= moment ? 'OPEN' : status;
}

/** Minutes since midnight. @throws RangeError for what is no local time. */
function minutesOf(localTime: string): number {
  const [, hours, minutes] = LOCAL_TIME.exec(localTime) ?? [];
  if (hours === undefined || minutes === undefined) throw new RangeError(`Not a local time: ${localTime}`);
  return Number(hours) * 60 + Number(minutes);
}

/** `00:00` to `24:00`. */
const LOCAL_TIME = /^([01]\d|2[0-3]|24(?=:00)):([0-5]\d)$/;

const localTime = z.string().trim().regex(LOCAL_TIME, 'A time is HH:MM, from 00:00 to 24:00');
const opening = z.object({
  opensAt: localTime.refine((time) => time !== '24:00', 'The day is over at 24:00'),
  closesAt: localTime,
});
const day = z.string().transform((text, context): CalendarDay => {
  const date = parseCalendarDay(text);
  if (date !== undefined) return date;
  context.addIssue({ code: 'custom', message: 'A date is YYYY-MM-DD' });
  return z.NEVER;
});

const MAXIMUM_WEEKLY = 50;
const MAXIMUM_EXCEPTIONS = 366;
const MAXIMUM_OPENINGS_OF_A_DATE = 10;

/** What is taken from people and events, and stored as JSON. */
export const weeklyOpenings = z.array(opening.extend({ weekday: z.enum(WEEKDAYS) })).max(MAXIMUM_WEEKLY);

export const openingExceptions = z
  .array(z.object({ date: day, openings: z.array(opening).max(MAXIMUM_OPENINGS_OF_A_DATE) }))
  .max(MAXIMUM_EXCEPTIONS)
  .refine(
    (exceptions) => new Set(exceptions.map(({ date }) => date)).size === exceptions.length,
    'A date is given twice',
  )
  .transform((exceptions) => exceptions.toSorted((one, other) => daysBetween(other.date, one.date)));

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Between `from` and `to`, both sides of which are known, an outlet is open or closed all the time. */
interface Stretch extends Span {
  readonly isOpen: boolean;
  /** When it opens next; of a closed stretch alone, and null where that is further away than a year. */
  readonly opensAt: number | null;
}

const HORIZON_DAYS = 370;
/** Openings that join each other are followed so far. */
const LONGEST_OPEN_DAYS = 8;
/** Of the present, and of pickup times. */
const REMEMBERED = 8;
const FOREVER: Stretch = { isOpen: true, from: -Infinity, to: Infinity, opensAt: null };

/** The times of one outlet. What it has worked out is remembered, so that asking about the present costs a comparison. */
export class OpeningTimes {
  readonly #times: OutletTimes;
  readonly #byDate: ReadonlyMap<CalendarDay, readonly Opening[]>;
  /** The latest asked for first. */
  #known: readonly Stretch[] = [];

  constructor(times: OutletTimes) {
    this.#times = times;
    this.#byDate = new Map(times.openingHours.exceptions.map(({ date, openings }) => [date, openings]));
  }

  isOpenAt(moment: Date): boolean {
    return statusAt(this.#times, moment) === 'OPEN' && this.#stretchAt(moment.getTime()).isOpen;
  }

  /** The first moment from this one on at which it is open; null where none is known. */
  firstOpenFrom(moment: Date): Date | null {
    const { status, pausedUntil } = this.#times;
    const isPaused = status === 'PAUSED' && (pausedUntil === null || pausedUntil > moment);
    const from = isPaused ? pausedUntil : moment;
    if (from === null || status === 'DRAFT' || status === 'CLOSED') return null;
    const { isOpen, opensAt } = this.#stretchAt(from.getTime());
    if (isOpen) return from;
    return opensAt === null ? null : new Date(opensAt);
  }

  #stretchAt(moment: number): Stretch {
    const known = this.#known.find(({ from, to }) => from <= moment && moment < to);
    if (known !== undefined) return known;
    const stretch = this.#findStretch(moment);
    this.#known = [stretch, ...this.#known.slice(0, REMEMBERED - 1)];
    return stretch;
  }

  #findStretch(moment: number): Stretch {
    if (this.#times.openingHours.weekly.length === 0 && this.#byDate.size === 0) return FOREVER;
    const today = dayIn(this.#times.timeZone, new Date(moment));
    // An opening of yesterday may last until today.
    let day = addDays(today, -1);
    let from = -Infinity;
    let open: Span | undefined;
    for (; daysBetween(today, day) <= HORIZON_DAYS; day = addDays(day, 1)) {
      for (const span of this.#spansOf(day)) {
        if (open !== undefined && span.from <= open.to) {
          open = { from: open.from, to: Math.max(open.to, span.to) };
        } else if (open !== undefined) {
          return { ...open, isOpen: true, opensAt: null };
        } else if (span.to <= moment) {
          from = Math.max(from, span.to);
        } else if (span.from > moment) {
          const since = from === -Infinity ? moment : from;
          return { isOpen: false, from: since, to: span.from, opensAt: span.from };
        } else {
          open = span;
        }
      }
      if (open !== undefined && daysBetween(today, day) >= LONGEST_OPEN_DAYS) break;
    }
    if (open !== undefined) return { ...open, isOpen: true, opensAt: null };
    const tomorrow = momentAt(addDays(today, 1), 0, this.#times.timeZone).getTime();
    return { isOpen: false, from: moment, to: Math.max(tomorrow, moment + 1), opensAt: null };
  }

  /** The openings that begin on a day, in the order in which they begin. */
  #spansOf(day: CalendarDay): Span[] {
    const { timeZone } = this.#times;
    return this.#openingsOf(day)
      .map(({ opensAt, closesAt }) => {
        const [opens, closes] = [minutesOf(opensAt), minutesOf(closesAt)];
        const from = momentAt(day, opens, timeZone).getTime();
        const to =
          closes > opens ? momentAt(day, closes, timeZone) : momentAt(addDays(day, 1), closes, timeZone);
        return { from, to: to.getTime() };
      })
      .filter(({ from, to }) => from < to)
      .toSorted((one, other) => one.from - other.from);
  }

  #openingsOf(day: CalendarDay): readonly Opening[] {
    const exception = this.#byDate.get(day);
    if (exception !== undefined) return exception;
    const { weekly } = this.#times.openingHours;
    return weekly.length === 0 ? ALL_DAY : weekly.filter(({ weekday }) => weekday === weekdayOf(day));
  }
}

const ALL_DAY: readonly Opening[] = [{ opensAt: '00:00', closesAt: '24:00' }];

const A_MONDAY = calendarDay('2001-01-01');

export function weekdayOf(day: CalendarDay): Weekday {
  return WEEKDAYS.at(daysBetween(A_MONDAY, day) % WEEKDAYS.length) ?? 'MONDAY';
}
