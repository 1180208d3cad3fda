/** Ids of what was written between two moments, by the clock of any machine. */
import { firstIdAt } from '../../../platform/ids.js';

/** Clocks of two machines differ by less. */
const CLOCK_SKEW_MILLISECONDS = 86_400_000;

/** No id of what was written at the moment or later is before it. */
export function firstIdSince(moment: Date): string {
  return firstIdAt(moment.getTime() - CLOCK_SKEW_MILLISECONDS);
}

/** Every id of what was written before the moment is before it. */
export function endIdBefore(moment: Date): string {
  return firstIdAt(moment.getTime() + CLOCK_SKEW_MILLISECONDS);
}
