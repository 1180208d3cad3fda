/**
 * Writes that a client may retry: the same key and input give the object that the first gave, another input is refused, and
 * a refusal that wrote nothing leaves no key behind. Of duplicates at once one writes while the others wait for it.
 */
import { createHash } from 'node:crypto';
import { UserFault } from '../../../platform/errors.js';
import { isStorable } from '../../../platform/input.js';
import type { Transaction } from './database.js';

export interface IdempotentRequest {
  readonly operation: string;
  readonly customerId: string;
  readonly key: string;
  readonly input: unknown;
}

/** @returns the id of the object: what `write` made now, or what it made the first time. */
export async function once(
  tx: Transaction,
  { operation, customerId, key, input }: IdempotentRequest,
  newResultId: string,
  write: () => Promise<void>,
): Promise<string> {
  if (key.length < 1 || key.length > 128 || !isStorable(key)) {
    throw UserFault.of('INVALID_INPUT', 'An idempotency key has 1 to 128 characters', ['idempotencyKey']);
  }
  const scope = `${customerId}:${operation}`;
  const inputHash = createHash('sha256').update(JSON.stringify(input)).digest();
  const claimed = await tx.$executeRaw`
    INSERT INTO idempotency (scope, key, input_hash, result_id)
    VALUES (${scope}, ${key}, ${inputHash}, ${newResultId}::uuid)
    ON CONFLICT DO NOTHING`;
  if (claimed === 1) {
    await write();
    return newResultId;
  }
  const first = await tx.idempotency.findUniqueOrThrow({ where: { scope_key: { scope, key } } });
  if (!inputHash.equals(first.inputHash)) {
    throw UserFault.of('IDEMPOTENCY_KEY_REUSED', 'The key was used with another input', ['idempotencyKey']);
  }
  return first.resultId;
}
