/**
 * What PostgreSQL said when it refused a statement, as `pg` throws it or as Prisma wraps it: the SQLSTATE and the names, never
 * the text of a message.
 */
import { z } from 'zod';

export interface SqlFailure {
  /** Five characters, such as 23505 for a unique violation. */
  readonly sqlState: string;
  /** Of the constraint violated, where the error carries it. */
  readonly constraint: string | undefined;
}

/** `pg`'s DatabaseError. */
const databaseErrorSchema = z.object({
  code: z.string().regex(/^[0-9A-Z]{5}$/),
  severity: z.string(),
  constraint: z.string().optional(),
});

/** Prisma's known request error over a driver adapter. */
const adapterErrorSchema = z.object({
  meta: z.object({
    driverAdapterError: z.object({
      cause: z.object({
        originalCode: z.string(),
        constraint: z.object({ index: z.string() }).optional().catch(undefined),
      }),
    }),
  }),
});

/** Undefined for errors that PostgreSQL did not answer with. */
export function sqlFailureOf(error: unknown): SqlFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const direct = databaseErrorSchema.safeParse(error).data;
  if (direct !== undefined) return { sqlState: direct.code, constraint: direct.constraint };
  const cause = adapterErrorSchema.safeParse(error).data?.meta.driverAdapterError.cause;
  if (cause === undefined) return undefined;
  return { sqlState: cause.originalCode, constraint: cause.constraint?.index };
}
