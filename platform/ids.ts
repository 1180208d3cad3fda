/**
 * Identifiers: UUID version 7 (RFC 9562), so that new rows land at the end of their index. The id of an entity ends with two
 * bytes that depend on its GraphQL type alone, so that the type of an id is known without a lookup.
 */
import { createHash } from 'node:crypto';
import { NIL, v7, validate, version } from 'uuid';

const TAG_LENGTH = 4;
const tags = new Map<string, string>();

/** @param type the GraphQL type of an entity; rows that are no entity leave it out. */
export function newId(type?: string): string {
  return type === undefined ? v7() : tagged(v7(), type);
}

/** The id with its last two bytes, which are random in a UUID, replaced by the type's. */
export function tagged(id: string, type: string): string {
  return id.slice(0, -TAG_LENGTH) + typeTag(type);
}

/** The last two bytes of every id of the type, in hexadecimal. */
export function typeTag(type: string): string {
  const known = tags.get(type);
  if (known !== undefined) return known;
  const tag = createHash('sha256').update(type).digest('hex').slice(0, TAG_LENGTH);
  tags.set(type, tag);
  return tag;
}

/** The tag that the id carries; of an id that was made for no entity it is random. */
export function tagOf(id: string): string {
  return id.slice(-TAG_LENGTH).toLowerCase();
}

/** Milliseconds since 1970 at which the id was made, by the clock of the machine that made it. */
export function timeOfId(id: string): number {
  // RFC 9562, section 5.7: the first 48 bits.
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** The smallest id of a moment, as `first_id_at` in the databases: bounds of a look-up, so that it visits the partitions of its time alone. */
export function firstIdAt(milliseconds: number): string {
  const time = Math.max(0, Math.floor(milliseconds)).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
}

/** For a filter of a list: an id that cannot be one matches no row. Null for no filter. */
export function idForFilter(value: string | null): string | null {
  return value === null || isId(value) ? value : NIL;
}

/** Whether `value` can be an id; other values are not found and never reach a uuid column. */
export function isId(value: string): boolean {
  return validate(value) && version(value) === 7;
}
