/** How long an item was sold out in each hour of a day. Spans of several sources may overlap; a minute counts once. */
import { HOURS } from './hours.js';

export interface Span {
  readonly from: Date;
  readonly to: Date;
}

const HOUR_MILLISECONDS = 3_600_000;

/** @param start of the day. Where clocks change, its hours are counted from there, and the last has what is over. */
export function soldOutMinutes(spans: readonly Span[], start: Date, end: Date): number[] {
  const milliseconds = new Array<number>(HOURS).fill(0);
  let reached = start.getTime();
  for (const { from, to } of spans.toSorted((one, other) => one.from.getTime() - other.from.getTime())) {
    const until = Math.min(to.getTime(), end.getTime());
    for (let at = Math.max(from.getTime(), reached); at < until; ) {
      const hour = Math.min(HOURS - 1, Math.floor((at - start.getTime()) / HOUR_MILLISECONDS));
      const hourEnd = hour === HOURS - 1 ? until : start.getTime() + (hour + 1) * HOUR_MILLISECONDS;
      const next = Math.min(until, hourEnd);
      milliseconds[hour] = (milliseconds[hour] ?? 0) + next - at;
      at = next;
    }
    reached = Math.max(reached, until);
  }
  return milliseconds.map((some) => Math.min(60, Math.round(some / 60_000)));
}
