/**
 * How long goods are good that travel, as nobody looks at each package: of an item, what expires first is presumed to leave first, goods without
 * a day after all others.
 */
import type { CalendarDay } from '../../../../platform/kit/calendar.js';

export interface Batch {
  readonly quantity: number;
  /** Null where it was not given. */
  readonly bestBefore: CalendarDay | null;
}

/**
 * What of an item goes when a quantity does.
 * @param left what is presumed to be there, one entry a day; what is missing in it has no day.
 */
export function travelling(left: readonly Batch[], quantity: number): Batch[] {
  const taken: Batch[] = [];
  let rest = quantity;
  for (const { bestBefore, quantity: there } of left.toSorted(byDay)) {
    if (rest === 0) break;
    const part = Math.min(there, rest);
    if (part > 0 && bestBefore !== null) {
      taken.push({ quantity: part, bestBefore });
      rest -= part;
    }
  }
  return rest > 0 ? [...taken, { quantity: rest, bestBefore: null }] : taken;
}

function byDay(one: Batch, other: Batch): number {
  return (one.bestBefore ?? '9999') < (other.bestBefore ?? '9999') ? -1 : 1;
}
