/**
 * Whether a shelf's device is connected. It is what its last status message says, unless a reading arrived after an
 * `offline`: the last will of an earlier connection may be delivered when the next one is already reading.
 */
import type { Shelf } from './records.js';

/** Null for a shelf that has sent no status. */
export function isOnline({
  isOnline: status,
  statusAt,
  lastReadingAt,
}: Pick<Shelf, 'isOnline' | 'statusAt' | 'lastReadingAt'>): boolean | null {
  if (status !== false || statusAt === null || lastReadingAt === null) return status;
  return lastReadingAt > statusAt;
}
