/** Rows that the schema says exist. */
import { notFound } from '../../../platform/errors.js';

/** @throws NOT_FOUND for a row that does not exist or lies outside the caller's scope. */
export async function found<Row>(loading: Promise<Row | null>, what: string): Promise<Row> {
  const row = await loading;
  if (row === null) throw notFound(what);
  return row;
}
