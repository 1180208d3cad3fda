/** Identifiers: UUID version 7 (RFC 9562), so that new rows land at the end of their index. */
import { v7, validate, version } from 'uuid';

export function newId(): string {
  return v7();
}

/** Whether `value` can be an id at all; what cannot is simply not found, and never reaches a uuid column. */
export function isId(value: string): boolean {
  return validate(value) && version(value) === 7;
}
