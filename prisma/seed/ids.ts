/**
 * Ids of seeded rows: the same every time, valid UUIDv7, and rising with the ordinal within a kind, so that lists by id
 * come in the order of the catalogue.
 */
import { createHash } from 'node:crypto';
import { v7 } from 'uuid';
import { tagged } from '../../platform/ids.js';

/** Earlier than anything that a running system creates. */
export const SEED_TIME = new Date('2026-01-01T00:00:00.000Z');

/**
 * @param kind the entity's type in kebab case, such as `menu-item`.
 * @param ordinal from 0, in the order of the catalogue.
 */
export function seedId(kind: string, ordinal: number): string {
  const random = createHash('sha256').update(`${kind} ${ordinal}`).digest().subarray(0, 16);
  return tagged(v7({ msecs: SEED_TIME.getTime() + ordinal, random, seq: 0 }), typeOf(kind));
}

/** `MenuItem` of `menu-item`. */
function typeOf(kind: string): string {
  return kind.replaceAll(/(?:^|-)(\w)/g, (_match, letter: string) => letter.toUpperCase());
}
