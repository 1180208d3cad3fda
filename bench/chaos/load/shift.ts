/** What everybody who takes part in the load is given. */
import type { Acknowledged } from '../acknowledged.js';
import type { Random } from '../random.js';
import type { Tally } from '../tally.js';
import type { Person } from './person.js';

export interface Shift {
  readonly random: Random;
  readonly tally: Tally;
  readonly told: Acknowledged;
  readonly outletIds: readonly string[];
  /** Signed in with every right at every outlet. */
  readonly headOffice: Person;
  newGuest(): Promise<Person>;
  /** Nothing new is begun after it. */
  readonly closing: AbortSignal;
  /** Who still waits for an answer gives up. */
  readonly closed: AbortSignal;
}

/** Does it again and again until the shift closes; what fails is counted and left. */
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
