/** A mutation's input, held to a zod schema: what the user can mend becomes `userErrors` INVALID_INPUT, each with its field. */
import type { z } from 'zod';
import { UserFault } from './errors.js';

/** @throws UserFault naming every field at fault. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new UserFault(
    parsed.error.issues.map(({ path, message }) => ({
      code: 'INVALID_INPUT',
      field: path.length === 0 ? null : path.map(String),
      message,
    })),
  );
}

/** Whether PostgreSQL can keep a text and JSON carry it: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}
