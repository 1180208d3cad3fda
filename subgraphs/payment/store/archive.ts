/**
 * What is archived: months that are over and done with, moved whole to the schema `archive`, where they are only read. Rows in use are
 * looked for first, so that what is archived meanwhile is found: nothing leaves the archive.
 */
import { timeOfId } from '../../../platform/ids.js';

/** A month is archived when it has been over for another month at least. */
const YOUNGEST_ARCHIVED_MILLISECONDS = 28 * 86_400_000;

/** The ids without a row. */
export function missing<Row>(
  ids: readonly string[],
  rows: readonly Row[],
  idOf: (row: Row) => string,
): string[] {
  const found = new Set(rows.map(idOf));
  return ids.filter((id) => !found.has(id.toLowerCase()));
}

/** Those of the ids that may be archived: most are too young. */
export function archivable(ids: readonly string[]): string[] {
  const youngest = Date.now() - YOUNGEST_ARCHIVED_MILLISECONDS;
  return ids.filter((id) => timeOfId(id) < youngest);
}
