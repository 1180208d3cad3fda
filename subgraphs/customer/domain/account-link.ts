/** One-time links: how long each kind may be used. */
const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 24 * 60 * MINUTE_MILLISECONDS;

const LIFE_MILLISECONDS = {
  reset: 30 * MINUTE_MILLISECONDS,
  verify: 3 * DAY_MILLISECONDS,
  invitation: 7 * DAY_MILLISECONDS,
} as const;

export function linkEnd(purpose: keyof typeof LIFE_MILLISECONDS, now: Date): Date {
  return new Date(now.getTime() + LIFE_MILLISECONDS[purpose]);
}
