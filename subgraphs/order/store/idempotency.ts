/**
 * Idempotency keys, per caller and operation: the same key with the same input leads to the same order, with other input
 * it is refused. A key is written with the order it led to, in one statement or transaction, and kept for three days.
 */
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { UserFault } from '../../../platform/errors.js';
import { isPlainText } from '../domain/lines.js';
import type { Transaction } from './database.js';

export interface IdempotentRequest {
  /** Caller and operation. */
  readonly scope: string;
  readonly key: string;
  readonly inputHash: string;
}

const MAXIMUM_KEY_LENGTH = 128;
const KEPT = '3 days';

/** @param input without the key, in a form that is equal for equal inputs. */
export function idempotentRequest(
  customerId: string,
  operation: 'placeOrder' | 'checkout',
  key: string,
  input: object,
): IdempotentRequest {
  if (!isPlainText(key, MAXIMUM_KEY_LENGTH)) {
    const message = `An idempotency key has between 1 and ${MAXIMUM_KEY_LENGTH} printable characters.`;
    throw UserFault.of('INVALID_INPUT', message, ['idempotencyKey']);
  }
  const inputHash = createHash('sha256').update(JSON.stringify(input)).digest('base64url');
  return { scope: `${customerId}:${operation}`, key, inputHash };
}

/**
 * The order that the key has led to already, if any.
 * @throws UserFault IDEMPOTENCY_KEY_REUSED when that was for other input.
 */
export async function earlierResult(
  { idempotency }: Pick<Transaction, 'idempotency'>,
  { scope, key, inputHash }: IdempotentRequest,
): Promise<string | undefined> {
  const earlier = await idempotency.findUnique({ where: { scope_key: { scope, key } } });
  if (earlier !== null && earlier.inputHash !== inputHash) {
    const message = 'This idempotency key was used for another order.';
    throw UserFault.of('IDEMPOTENCY_KEY_REUSED', message, ['idempotencyKey']);
  }
  return earlier?.resultId;
}

/** Forgets keys past their time; a part at a time, so that it never holds up the orders. */
export async function forgetOldKeys(pool: Pool): Promise<void> {
  await pool.query(
    `DELETE FROM idempotency WHERE (scope, key) IN
       (SELECT scope, key FROM idempotency WHERE created_at < now() - interval '${KEPT}' ORDER BY created_at LIMIT 5000)`,
  );
}
