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
