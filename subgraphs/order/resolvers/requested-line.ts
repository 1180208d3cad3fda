/** A line of an input as operations take it. */
import { normalizedNote, type RequestedLine } from '../domain/requested-line.js';

export function lineOf({
  menuItemId,
  quantity,
  optionIds,
  note,
}: {
  readonly menuItemId: string;
  readonly quantity: number;
  readonly optionIds?: readonly string[] | null | undefined;
  readonly note?: string | null | undefined;
}): RequestedLine {
  return {
    menuItemId,
    quantity,
    optionIds: optionIds ?? [],
    note: normalizedNote(note ?? null),
  };
}
