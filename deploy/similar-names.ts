/** Finds the names that one may have been meant as: those a few letters away. */

/** Shorter names are too often another word. */
const SHORTEST = 5;
const LETTERS_PER_ERROR = 6;
const MOST_ERRORS = 2;

/** The known names that differ by a letter, or in longer ones by two, the nearest first. */
export function similarNames(name: string, known: readonly string[]): string[] {
  if (name.length < SHORTEST) return [];
  const allowed = Math.min(MOST_ERRORS, Math.max(1, Math.floor(name.length / LETTERS_PER_ERROR)));
  return known
    .filter((other) => Math.abs(other.length - name.length) <= allowed)
    .map((other) => ({ other, errors: errorsBetween(name, other) }))
    .filter(({ errors }) => errors <= allowed)
    .toSorted((one, other) => one.errors - other.errors)
    .map(({ other }) => other);
}

/** How many letters have to be added, left out or replaced (Levenshtein). */
function errorsBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [position, otherLetter] of [...other].entries()) {
      const replaced = (row[position] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(replaced, (row[position + 1] ?? 0) + 1, (next[position] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
