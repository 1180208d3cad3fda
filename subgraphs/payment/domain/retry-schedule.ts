/**
 * When to look at a provider again: soon at first, then ever more rarely. Pure functions of how often, or how long ago, it
 * was looked at.
 */
const FIRST_SECONDS = 3;
const LONGEST_SECONDS = 60;

/** A refusal is mended by people (an empty balance, a channel that is down), so its retries are slow. */
const FIRST_SECONDS_AFTER_REFUSAL = 60;
const LONGEST_SECONDS_AFTER_REFUSAL = 6 * 3_600;

/** Longer than any provider lets a guest approve a charge whose request was never answered. */
const LONGEST_LIFE_SECONDS = 24 * 3_600;
const LONGEST_SECONDS_BETWEEN_SEARCHES = 15 * 60;

/** Longer than a charge with its retries takes: the process that wrote a payment calls the provider itself meanwhile. */
export const CALL_LEASE_SECONDS = 20;

/** Callbacks report refunds made at a provider's dashboard; these look-ups find those whose callback was lost. */
const FIRST_SECONDS_UNTIL_REFUND_LOOKUP = 120;
const REFUND_LOOKUP_GROWTH = 4;
/** Longer than any provider lets a merchant refund a charge. */
const LAST_SECONDS_OF_REFUND_LOOKUPS = 180 * 86_400;

export function secondsUntilCheck(checksMade: number): number {
  return Math.min(FIRST_SECONDS * 2 ** checksMade, LONGEST_SECONDS);
}

/** For a charge that is no longer wanted and may exist at its provider all the same. */
export function secondsUntilNextSearch(checksMade: number): number {
  return Math.min(FIRST_SECONDS * 2 ** checksMade, LONGEST_SECONDS_BETWEEN_SEARCHES);
}

/**
 * Whether a charge that its provider does not show may still appear there, paid.
 * @param attemptedAt when it was last requested; null when it never was.
 */
export function mayStillAppear(attemptedAt: Date | null, now: Date): boolean {
  return attemptedAt !== null && now.getTime() - attemptedAt.getTime() < LONGEST_LIFE_SECONDS * 1_000;
}

/** For a refund that has to come about. @param refusals at least 1. */
export function secondsUntilNextRefund(refusals: number): number {
  return Math.min(FIRST_SECONDS_AFTER_REFUSAL * 2 ** (refusals - 1), LONGEST_SECONDS_AFTER_REFUSAL);
}

/**
 * Until the next look for refunds that others made: each time the payment is four times as old as the time before.
 * @returns null when a refund is no longer possible.
 */
export function secondsUntilRefundLookup(secondsSinceCapture: number): number | null {
  if (secondsSinceCapture > LAST_SECONDS_OF_REFUND_LOOKUPS) return null;
  const wait = secondsSinceCapture * (REFUND_LOOKUP_GROWTH - 1);
  return Math.max(Math.round(wait), FIRST_SECONDS_UNTIL_REFUND_LOOKUP);
}

/** For refunds at the provider that cannot be recorded before a refund of ours, or a dispute, is settled. */
export function secondsUntilDeferredLookup(
  ours: readonly { readonly status: string; readonly transactionId: string | null }[],
): number {
  const pending = ours.filter(({ status }) => status === 'PENDING');
  if (pending.length === 0) return LONGEST_SECONDS_AFTER_REFUSAL;
  const isInFlight = pending.some(({ transactionId }) => transactionId === null);
  return isInFlight ? FIRST_SECONDS : FIRST_SECONDS_AFTER_REFUSAL;
}
