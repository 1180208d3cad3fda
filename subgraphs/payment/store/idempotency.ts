/**
 * Idempotency keys per operation and caller. The key is written with what it was for, so that of concurrent duplicates one
 * writes and the others find what it wrote; a refusal writes nothing and the key stays free.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { UserFault } from '../../../platform/errors.js';
import { isStorable } from '../../../platform/input.js';
import type { PaymentDatabase, Transaction } from './database.js';

export const idempotencyKey = z
  .string()
  .min(1, 'must not be empty')
  .max(128)
  .refine(isStorable, 'must be text');

export interface RequestKey {
  /** Operation and caller. */
  readonly scope: string;
  readonly key: string;
  readonly inputHash: string;
}

/** Thrown inside a transaction when a duplicate of the request has committed meanwhile. */
export class AlreadyDone extends Error {
  override readonly name = 'AlreadyDone';
}

export function requestKey(operation: string, callerId: string, key: string, input: object): RequestKey {
  const inputHash = createHash('sha256').update(JSON.stringify(input)).digest('hex');
  return { scope: `${operation}:${callerId}`, key, inputHash };
}

/**
 * The id of what the request made before; null when it has made nothing.
 * @throws UserFault when the key was used for another input.
 */
export async function findResult(
  { prisma }: Pick<PaymentDatabase, 'prisma'>,
  { scope, key, inputHash }: RequestKey,
): Promise<string | null> {
  const known = await prisma.idempotency.findUnique({ where: { scope_key: { scope, key } } });
  if (known === null) return null;
  if (known.inputHash !== inputHash) {
    throw UserFault.of('IDEMPOTENCY_KEY_REUSED', 'This key was used for another request', ['idempotencyKey']);
  }
  return known.resultId;
}

/** Waits for a duplicate under way. @throws AlreadyDone when that one succeeds. */
export async function claimKey(tx: Transaction, request: RequestKey, resultId: string): Promise<void> {
  const claimed = await tx.$executeRawUnsafe(
    `INSERT INTO idempotency (scope, key, input_hash, result_id) VALUES ($1, $2, $3, $4::uuid)
     ON CONFLICT DO NOTHING`,
    request.scope,
    request.key,
    request.inputHash,
    resultId,
  );
  if (claimed === 0) throw new AlreadyDone();
}

/** Runs `work` unless the request has had its effect, and answers the id of what it made either way. */
export async function once(
  database: Pick<PaymentDatabase, 'prisma'>,
  request: RequestKey,
  work: () => Promise<string>,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const known = await findResult(database, request);
  if (known !== null) return { id: known, isNew: false };
  try {
    return { id: await work(), isNew: true };
  } catch (error) {
    if (!(error instanceof AlreadyDone)) throw error;
    const done = await findResult(database, request);
    if (done === null) throw error;
    return { id: done, isNew: false };
  }
}
