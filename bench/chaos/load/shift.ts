/** What every participant in the load receives. */
import type { Acknowledged } from '../acknowledged.js';
import type { Random } from '../random.js';
import type { Tally } from '../tally.js';
import type { Person } from './person.js';

export interface Shift {
  readonly random: Random;
  readonly tally: Tally;
  readonly acknowledged: Acknowledged;
  readonly outletIds: readonly string[];
  /** Signed in with every right at every outlet. */
  readonly headOffice: Person;
  newGuest(): Promise<Person>;
  /** Nothing new starts after it. */
  readonly closing: AbortSignal;
  /** Pending requests are abandoned. */
  readonly closed: AbortSignal;
}

/** Repeats the work until the shift closes; failures are counted and skipped. */
export async function repeat(
  { closing, tally }: Pick<Shift, 'closing' | 'tally'>,
  pause: () => Promise<unknown>,
  work: () => Promise<void>,
): Promise<void> {
  while (!closing.aborted) {
    await work().catch((error: unknown) => tally.count(`${nameOf(error)}, left`));
    await pause();
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : 'Error';
}
