/** When to ask a provider again, about what it has not settled or for what it has refused: soon at first, then ever more rarely. */
const FIRST_SECONDS = 3;
const LONGEST_SECONDS = 60;

/** What stands against a refund is mended by people: an empty balance, a channel that is down. */
const FIRST_SECONDS_AFTER_REFUSAL = 60;
const LONGEST_SECONDS_AFTER_REFUSAL = 6 * 3_600;

/** Longer than a charge with its retries takes: whoever holds a fresh payment calls the provider itself. */
export const CALL_LEASE_SECONDS = 20;

export function secondsUntilCheck(checksMade: number): number {
  return Math.min(FIRST_SECONDS * 2 ** checksMade, LONGEST_SECONDS);
}

/** For a refund that has to come about. @param refusals at least 1. */
export function secondsUntilNextRefund(refusals: number): number {
  return Math.min(FIRST_SECONDS_AFTER_REFUSAL * 2 ** (refusals - 1), LONGEST_SECONDS_AFTER_REFUSAL);
}
