/**
 * When a schedule falls due: the occurrences of its rule from an anchor on, by the clocks of its time zone, as RFC 5545 counts them. A time that the
 * clocks show twice counts once, the first time; a time or day that they skip does not occur, and neither does a day that a month or year does not have
 * (the 31st, 29 February). Nothing accumulates: each occurrence follows from the anchor.
 */
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { UserFault } from '../../../../platform/errors.js';
import { type Frequency, type ParsedRule, parseRule } from './rule-text.js';

export interface Recurrence {
  readonly frequency: Frequency;
  readonly interval: number;
  /** What INTERVAL and COUNT count from, and what the rule leaves out is taken from. */
  readonly anchor: Date;
  /** The first occurrence after a moment; null where there is none, or none that is found within bounds. */
  next(after: Date): Date | null;
  /** The last occurrence that is not after a moment; null where there is none. */
  latest(notAfter: Date): Date | null;
}

/** Years, months or days that are looked at for one occurrence, each within milliseconds. */
const MAXIMUM_ITERATIONS = 1_500;
const MAXIMUM_CANDIDATES = 20_000;

export interface RecurrenceSource {
  readonly rule: string;
  readonly timeZone: string;
}

/**
 * Begins a schedule at a moment, unless the rule has DTSTART: on the next full minute, or the next full hour where the rule names hours alone.
 * @throws UserFault INVALID_INPUT, also for a rule that never falls due after the moment.
 */
export function beginRecurrence(source: RecurrenceSource, at: Date): { recurrence: Recurrence; next: Date } {
  const parsed = parseRule(source.rule, source.timeZone);
  const recurrence = recurrenceFrom(parsed, source.timeZone, parsed.startsAt ?? anchorAt(parsed, at));
  const next = recurrence.next(at);
  if (next === null) throw UserFault.of('INVALID_INPUT', 'The rule never falls due', ['rule']);
  return { recurrence, next };
}

/** Of a schedule that has begun. */
export function recurrenceOf({ rule, timeZone, anchor }: RecurrenceSource & { anchor: Date }): Recurrence {
  return recurrenceFrom(parseRule(rule, timeZone), timeZone, anchor);
}

/** Full hours of UTC are full hours in most zones; where they are not, the clocks of the zone decide. */
function anchorAt({ isOnTheHour }: ParsedRule, at: Date): Date {
  const unit = isOnTheHour ? 3_600_000 : 60_000;
  return new Date(Math.ceil(at.getTime() / unit) * unit);
}

function recurrenceFrom(rule: ParsedRule, timeZone: string, anchor: Date): Recurrence {
  const zoned = (moment: Date) =>
    Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(timeZone);
  const start = rule.isOnTheHour && rule.startsAt === null ? onTheHour(zoned(anchor)) : zoned(anchor);
  const rrule = new RRuleTemporal({
    ...{ rruleString: `RRULE:${rule.recurrence}`, dtstart: start, tzid: timeZone, temporal: Temporal },
    ...{ maxIterations: MAXIMUM_ITERATIONS, maxCandidateEvaluations: MAXIMUM_CANDIDATES, cache: false },
  });
  return {
    ...{ frequency: rule.frequency, interval: rule.interval, anchor },
    next: (after) => found(() => rrule.next(zoned(after))),
    latest: (notAfter) => found(() => rrule.previous(zoned(notAfter), true)),
  };
}

function onTheHour(moment: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  return moment.minute === 0 ? moment : moment.add({ hours: 1 }).with({ minute: 0 });
}

/** The library throws where its bounds are reached, and where the next occurrence lies beyond the calendar. */
function found(search: () => Temporal.ZonedDateTime | null): Date | null {
  try {
    const occurrence = search();
    return occurrence === null ? null : new Date(occurrence.epochMilliseconds);
  } catch (error) {
    if (error instanceof RangeError || (error instanceof Error && /^Maximum /.test(error.message)))
      return null;
    throw error;
  }
}
