/** A line as a guest requests it, with the same limits in an order and in a cart. */
import type { UserError } from '../../../platform/errors.js';
import { text } from '../../../platform/kit/input.js';

export const MAXIMUM_LINES = 50;
export const MAXIMUM_QUANTITY = 99;
const MAXIMUM_NOTE_LENGTH = 200;
const MAXIMUM_OPTIONS = 50;

const noteSchema = text(MAXIMUM_NOTE_LENGTH, { minimum: 0 });

export interface RequestedLine {
  readonly menuItemId: string;
  readonly quantity: number;
  /** Empty for every group's default. */
  readonly optionIds: readonly string[];
  readonly note: string | null;
}

/** @param path of the line below `input`, such as ['lines', '0']. */
export function faultsOfLine(
  { quantity, optionIds, note }: RequestedLine,
  path: readonly string[],
): UserError[] {
  const faults: UserError[] = [];
  if (!isQuantity(quantity)) {
    const message = `Quantity must be between 1 and ${MAXIMUM_QUANTITY}.`;
    faults.push({ code: 'INVALID_QUANTITY', field: [...path, 'quantity'], message });
  }
  if (optionIds.length > MAXIMUM_OPTIONS) {
    faults.push({ code: 'INVALID_OPTION', field: [...path, 'optionIds'], message: 'Too many options.' });
  }
  if (note !== null && !noteSchema.safeParse(note).success) {
    const message = `A note is one line of at most ${MAXIMUM_NOTE_LENGTH} characters.`;
    faults.push({ code: 'INVALID_INPUT', field: [...path, 'note'], message });
  }
  return faults;
}

/** The same text for equal notes, however they were typed; null for a blank one. An invalid note stays as it is. */
export function normalizedNote(note: string | null): string | null {
  if (note === null) return null;
  const { success, data } = noteSchema.safeParse(note);
  return success ? data || null : note;
}

function isQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= MAXIMUM_QUANTITY;
}
