/** Mutation inputs as a user may send them: each problem becomes a `userErrors` entry that names its field. */
import { z } from 'zod';
import { ErrorCode, requestError, type UserErrorCode, UserFault } from '../../../platform/errors.js';
import type { Identity } from '../../../platform/identity/identity.js';
import { isStorable } from '../../../platform/input.js';

/** Larger than any stock, and small enough that no figure overflows by one entry. */
export const MOST = 1_000_000_000;

/** Text that people typed: trimmed, not empty. */
export function text(longest: number) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(longest, `must have at most ${longest} characters`)
    .refine(isStorable, 'must be text');
}

export function quantity(least: number) {
  return z.number().min(least, `must be at least ${least}`).max(MOST, `must be at most ${MOST}`);
}

/** @throws UserFault with an entry for each problem. */
export function checked<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new UserFault(
    parsed.error.issues.map((issue) => ({
      code: codeOf(issue),
      field: issue.path.map(String),
      message: `${issue.path.join('.')} ${issue.message}`,
    })),
  );
}

function codeOf(issue: z.core.$ZodIssue): UserErrorCode {
  const isOutOfBounds = issue.code === 'too_small' || issue.code === 'too_big';
  return isOutOfBounds && issue.origin === 'number' ? 'INVALID_QUANTITY' : 'INVALID_INPUT';
}

/** Who is signed in: the schema lets nobody else come this far. */
export function callerOf({ customerId }: Identity): string {
  if (customerId === null) throw requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first');
  return customerId;
}
