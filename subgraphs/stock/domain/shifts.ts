/** Shifts of an outlet, which begin at whole hours of its clocks, every day at the same ones. */
const HOURS = 24;

/**
 * Of each hour of the day, how many hours ago its shift began, and then, of each, in how many hours the next one begins.
 * @param starts at least one hour from 0 to 23.
 */
export function shiftsOfHours(starts: readonly number[]): number[] {
  const hours = Array.from({ length: HOURS }, (_, hour) => hour);
  const since = (hour: number) => Math.min(...starts.map((start) => (hour - start + HOURS) % HOURS));
  const until = (hour: number) => Math.min(...starts.map((start) => (start - hour + HOURS) % HOURS || HOURS));
  return [...hours.map(since), ...hours.map(until)];
}
