/** How long a ticket waits, in three degrees. */
export type Degree = 'calm' | 'slow' | 'late';

const SLOW_MINUTES = 5;
const LATE_MINUTES = 10;

export interface Age {
  /** Whole ones; 0 before the wait has begun. */
  readonly minutes: number;
  readonly degree: Degree;
  /** Of the time until it is late, from 0 to 1. */
  readonly part: number;
}

export function ageOf(since: number, now: number): Age {
  const waited = Math.max(0, now - since) / 60_000;
  const minutes = Math.floor(waited);
  const degree = waited >= LATE_MINUTES ? 'late' : waited >= SLOW_MINUTES ? 'slow' : 'calm';
  return { minutes, degree, part: Math.min(1, waited / LATE_MINUTES) };
}
