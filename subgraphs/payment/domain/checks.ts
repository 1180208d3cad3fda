/** When to ask a provider again, about what it has not settled or for what it has refused: soon at first, then ever more rarely. */
const FIRST_SECONDS = 3;
const LONGEST_SECONDS = 60;

/** What stands against a refund is mended by people: an empty balance, a channel that is down. */
const FIRST_SECONDS_AFTER_REFUSAL = 60;
const LONGEST_SECONDS_AFTER_REFUSAL = 6 * 3_600;

/** Longer than any provider lets a guest approve a charge that it has not told us of. */
const LONGEST_LIFE_SECONDS = 24 * 3_600;
const LONGEST_SECONDS_BETWEEN_SEARCHES = 15 * 60;

/** Longer than a charge with its retries takes: whoever holds a fresh payment calls the provider itself. */
export const CALL_LEASE_SECONDS = 20;

export function secondsUntilCheck(checksMade: number): number {
  return Math.min(FIRST_SECONDS * 2 ** checksMade, LONGEST_SECONDS);
}

/** For a charge that nobody wants any more and that its provider may have all the same. */
export function secondsUntilNextSearch(checksMade: number): number {
  return Math.min(FIRST_SECONDS * 2 ** checksMade, LONGEST_SECONDS_BETWEEN_SEARCHES);
}

/**
 * Whether a charge that its provider does not tell of may still turn up there, paid.
 * @param askedAt when it was last asked for; null when it never was.
 */
export function mayTurnUp(askedAt: Date | null, now: Date): boolean {
  return askedAt !== null && now.getTime() - askedAt.getTime() < LONGEST_LIFE_SECONDS * 1_000;
}

/** For a refund that has to come about. @param refusals at least 1. */
export function secondsUntilNextRefund(refusals: number): number {
  return Math.min(FIRST_SECONDS_AFTER_REFUSAL * 2 ** (refusals - 1), LONGEST_SECONDS_AFTER_REFUSAL);
}
