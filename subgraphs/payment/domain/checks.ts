/** When to ask a provider again about what it has not settled: soon at first, then ever more rarely. */
const FIRST_SECONDS = 3;
const LONGEST_SECONDS = 60;

/** Longer than a charge with its retries takes: whoever holds a fresh payment calls the provider itself. */
export const CALL_LEASE_SECONDS = 20;

export function secondsUntilCheck(checksMade: number): number {
  return Math.min(FIRST_SECONDS * 2 ** checksMade, LONGEST_SECONDS);
}
