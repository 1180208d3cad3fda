/**
 * Bounds guessing at passwords and codes. Failures are counted by account and network together, so that guessing locks out the network
 * that guesses and never the person elsewhere; success resets the count. An attempt is counted before it is made, so that parallel ones
 * are bounded, too, and not at all where nothing could be judged.
 */
import { createHash } from 'node:crypto';
import { type UserErrorCode, UserFault } from '../../../platform/errors.js';
import { networkOf } from '../../../platform/http/network.js';
import type { Context } from '../context.js';
import { deleteAttempts, insertAttempt, updateAttemptUnjudged } from '../store/failed-attempts.js';

/** @param account how it was named, whether it exists or not. @throws UserFault TOO_MANY_ATTEMPTS with the moment when the window ends. */
export async function boundAttempts<Result>(
  { ownDatabase, attemptBounds, origin }: Pick<Context, 'ownDatabase' | 'attemptBounds' | 'origin'>,
  account: string,
  attempt: () => Promise<Result>,
): Promise<Result> {
  if (attemptBounds === undefined) return attempt();
  const key = keyOf(account, origin === undefined ? '' : networkOf(origin.address));
  const { attempts, windowEndsAt } = await insertAttempt(ownDatabase, key, attemptBounds.windowSeconds);
  if (attempts > attemptBounds.failures)
    throw UserFault.of('TOO_MANY_ATTEMPTS', 'Too many attempts: try again later', null, windowEndsAt);
  try {
    const result = await attempt();
    await deleteAttempts(ownDatabase, key);
    return result;
  } catch (error) {
    if (!isRejection(error)) await updateAttemptUnjudged(ownDatabase, key).catch(() => undefined);
    throw error;
  }
}

/** A code that is missing counts, too: who has only the password must not go on trying it for nothing. */
const REJECTIONS: readonly UserErrorCode[] = ['INVALID_CREDENTIALS', 'SECOND_FACTOR_REQUIRED'];

function isRejection(error: unknown): boolean {
  return error instanceof UserFault && error.userErrors.some(({ code }) => REJECTIONS.includes(code));
}

/** Says neither who tried nor where. */
function keyOf(account: string, network: string): string {
  return createHash('sha256').update(account).update('\n').update(network).digest('base64url');
}
