/** One-time links: how long each kind may be used. */
import type { LinkPurpose } from '../../../platform/events/event-types.js';

const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 24 * 60 * MINUTE_MILLISECONDS;

const LIFE_MILLISECONDS: Readonly<Record<LinkPurpose, number>> = {
  reset: 30 * MINUTE_MILLISECONDS,
  verify: 3 * DAY_MILLISECONDS,
  invitation: 7 * DAY_MILLISECONDS,
};

export function linkEnd(purpose: LinkPurpose, now: Date): Date {
  return new Date(now.getTime() + LIFE_MILLISECONDS[purpose]);
}
