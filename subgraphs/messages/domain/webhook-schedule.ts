/** When an event is posted again that a receiver did not take: soon at first, then ever more rarely, over three days. */

const [MINUTE, HOUR] = [60, 3_600];
const PAUSES_SECONDS = [
  ...[2, 15, MINUTE, 5 * MINUTE, 20 * MINUTE],
  ...[1, 3, 8, 16, 20, 24].map((hours) => hours * HOUR),
];
/** Of a pause: receivers that failed together are not asked together again. */
const JITTER = 0.1;
/** A receiver is not waited for longer, whatever it asks for. */
const LONGEST_RETRY_AFTER_SECONDS = 6 * HOUR;

export const MAXIMUM_ATTEMPTS = PAUSES_SECONDS.length + 1;

/**
 * Never sooner than the schedule says.
 * @param attempts that have failed, from 1.
 * @param random from 0 to 1.
 * @returns null where it was the last.
 */
export function pauseBeforeRetry(
  attempts: number,
  retryAfterSeconds: number | null,
  random = Math.random(),
): number | null {
  const pause = PAUSES_SECONDS[attempts - 1];
  if (pause === undefined) return null;
  return Math.max(
    pause * (1 + JITTER * random),
    Math.min(retryAfterSeconds ?? 0, LONGEST_RETRY_AFTER_SECONDS),
  );
}
