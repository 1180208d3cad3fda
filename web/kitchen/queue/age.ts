/** How long a ticket waits, in three degrees. */
export type Degree = 'calm' | 'slow' | 'late';

/** Of an outlet, by its settings. */
export interface Pace {
  readonly slowMinutes: number;
  readonly lateMinutes: number;
}

/** Until the outlet's own is read: the settings' defaults. */
export const USUAL_PACE: Pace = { slowMinutes: 5, lateMinutes: 10 };

export interface Age {
  /** Whole ones; 0 before the wait has begun. */
  readonly minutes: number;
  readonly degree: Degree;
  /** Of the time until it is late, from 0 to 1. */
  readonly part: number;
}

export function ageOf(since: number, now: number, { slowMinutes, lateMinutes }: Pace): Age {
  const waited = Math.max(0, now - since) / 60_000;
  const minutes = Math.floor(waited);
  const degree = waited >= lateMinutes ? 'late' : waited >= slowMinutes ? 'slow' : 'calm';
  return { minutes, degree, part: Math.min(1, waited / lateMinutes) };
}
