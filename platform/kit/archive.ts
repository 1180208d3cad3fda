/**
 * Reads rows of partitioned tables by the id of their partitions, whether they are in use (schema `public`) or archived (schema `archive`;
 * docs/partitions.md). What is in use is looked for first, so that a partition which is archived meanwhile is found: nothing leaves
 * the archive.
 */
import { timeOfId } from '../ids.js';

export type StorageSchema = 'public' | 'archive';

/** Partitions are archived whole, after a month in use at least (`ARCHIVE_AFTER_MONTHS`): no younger id is in the archive. */
const YOUNGEST_ARCHIVED_MILLISECONDS = 28 * 86_400_000;

/**
 * The rows in use, and from the archive those of the ids that have none in use and are old enough.
 * @param find reads the rows of some ids from one of the schemas.
 */
export async function withArchive<Row>(
  ids: readonly string[],
  idOf: (row: Row) => string,
  find: (schema: StorageSchema, ids: readonly string[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const rows = await find('public', ids);
  const youngest = Date.now() - YOUNGEST_ARCHIVED_MILLISECONDS;
  const archivable = missing(ids, rows, idOf).filter((id) => timeOfId(id) < youngest);
  return archivable.length === 0 ? [...rows] : [...rows, ...(await find('archive', archivable))];
}

/** The ids without a row. */
export function missing<Row>(
  ids: readonly string[],
  rows: readonly Row[],
  idOf: (row: Row) => string,
): string[] {
  const found = new Set(rows.map(idOf));
  return ids.filter((id) => !found.has(id.toLowerCase()));
}
