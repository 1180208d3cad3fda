/** Moments at which an order can be picked up: every quarter of an hour, from when it can be made on. */
const SLOT_MILLISECONDS = 15 * 60_000;
const MOST_SLOTS = 12;
const LEAST_AHEAD_MILLISECONDS = 15 * 60_000;

/** @param opensAt when the outlet opens, where it is closed. */
export function pickupSlots(now: number, opensAt: string | null): string[] {
  const first = opensAt === null ? now + LEAST_AHEAD_MILLISECONDS : Math.max(now, Date.parse(opensAt));
  const from = Math.ceil(first / SLOT_MILLISECONDS) * SLOT_MILLISECONDS;
  return Array.from({ length: MOST_SLOTS }, (_, slot) =>
    new Date(from + slot * SLOT_MILLISECONDS).toISOString(),
  );
}
