/** Recognises writes refused because a row with the same key exists, whether `pg` or Prisma throws. */
import { sqlFailureOf } from '../sql/sql-failure.js';

const UNIQUE_VIOLATION = '23505';

/** @param constraint the index or constraint that must have been violated; any when left out. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const failure = sqlFailureOf(error);
  return (
    failure?.sqlState === UNIQUE_VIOLATION && (constraint === undefined || failure.constraint === constraint)
  );
}
