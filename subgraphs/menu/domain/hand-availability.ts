/** What staff took off the menu of an outlet by hand: an item, or an option of one. */
import type { UserError } from '../../../platform/errors.js';

export interface HandAvailability {
  readonly outletId: string;
  /** Of the item, or of an option of it. */
  readonly subjectId: string;
  readonly menuItemId: string;
  readonly isAvailable: boolean;
  /** From then on it is available again; null until it is put back. */
  readonly until: Date | null;
  readonly version: number;
}

/** What is off at an outlet at a moment. */
export interface TakenOff extends Pick<HandAvailability, 'menuItemId' | 'until'> {
  /** Of what is off: the item, or the option. */
  readonly id: string;
  /** Null where the item itself is off. */
  readonly optionId: string | null;
}

const LONGEST_MILLISECONDS = 366 * 24 * 60 * 60 * 1000;

/** What is wrong with the moment at which something comes back by itself. */
export function faultsOfUntil(isAvailable: boolean, until: Date | null, now: Date): UserError[] {
  if (until === null) return [];
  if (isAvailable) return [fault('What is available does not come back later')];
  if (until <= now) return [fault('The moment lies in the past')];
  if (until.getTime() - now.getTime() > LONGEST_MILLISECONDS)
    return [fault('The moment lies more than a year ahead')];
  return [];
}

function fault(message: string): UserError {
  return { code: 'INVALID_INPUT', field: ['until'], message };
}
