/** A line as the rules take it: what was left out said plainly. */
import type { WantedLine } from '../domain/lines.js';

export function wantedLine(input: {
  readonly menuItemId: string;
  readonly quantity: number;
  readonly optionIds?: readonly string[] | null | undefined;
  readonly note?: string | null | undefined;
}): WantedLine {
  const { menuItemId, quantity, optionIds, note } = input;
  return { menuItemId, quantity, optionIds: optionIds ?? [], note: note ?? null };
}
