/**
 * Which runs a schedule owes at a moment, and when it is due next. A due time is missed where it is more than five minutes ago: then nothing was
 * there to run it. Of missed ones the 100 latest count, whatever was chosen for them.
 */
import type { Recurrence } from './recurrence.js';

/** Of missed due times: none is run, the latest is, or all are. */
export type MissedRuns = 'SKIP' | 'ONCE' | 'ALL';

export interface DueRuns {
  /** To be run, oldest first. */
  readonly due: readonly Date[];
  /** Missed, and not to be run: oldest first. */
  readonly skipped: readonly Date[];
  /** Null where the rule has ended. */
  readonly next: Date | null;
}

const MISSED_AFTER_MILLISECONDS = 5 * 60_000;
export const MAXIMUM_MISSED = 100;

/** @param since the first due time that has not been planned, which is not after `now`. */
export function dueRuns(
  recurrence: Pick<Recurrence, 'next' | 'latest'>,
  missed: MissedRuns,
  { since, now }: { readonly since: Date; readonly now: Date },
): DueRuns {
  const times = timesBetween(recurrence, since, now);
  const isMissed = (time: Date) => now.getTime() - time.getTime() > MISSED_AFTER_MILLISECONDS;
  const late = times.filter(isMissed);
  const onTime = times.filter((time) => !isMissed(time));
  const next = recurrence.next(now);
  switch (missed) {
    case 'ALL':
      return { due: [...late, ...onTime], skipped: [], next };
    case 'ONCE':
      return { due: [...late.slice(-1), ...onTime], skipped: [], next };
    case 'SKIP':
      return { due: onTime, skipped: late, next };
  }
}

function timesBetween({ latest }: Pick<Recurrence, 'latest'>, since: Date, now: Date): Date[] {
  const times: Date[] = [];
  let time = latest(now);
  while (time !== null && time >= since && times.length < MAXIMUM_MISSED) {
    times.unshift(time);
    time = latest(new Date(time.getTime() - 1));
  }
  return times;
}
