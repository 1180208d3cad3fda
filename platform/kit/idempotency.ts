/**
 * Idempotency keys of mutations that a client may retry. The same key and input lead to the same result, another input is
 * refused, and a refusal that wrote nothing leaves the key free. A key belongs to a caller and an operation; it is remembered
 * for three days.
 *
 * Every subgraph that uses this has the table
 * `idempotency (scope text, key text, input_hash text, result_id uuid, created_at timestamptz, PRIMARY KEY (scope, key))`.
 */
import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { UserFault } from '../errors.js';
import type { SqlTransaction } from '../sql/sql-transaction.js';

export interface IdempotentRequest {
  /** Caller and operation. */
  readonly scope: string;
  readonly key: string;
  /** Of the input without the key. */
  readonly inputHash: string;
}

const MAXIMUM_KEY_LENGTH = 128;
const PRUNED_AT_ONCE = 5_000;

/**
 * @param input what the request is for, without the key; the order of its members does not matter.
 * @throws UserFault INVALID_INPUT for what cannot be a key.
 */
export function idempotentRequest(
  operation: string,
  callerId: string,
  key: string,
  input: unknown,
): IdempotentRequest {
  return { scope: `${callerId}:${operation}`, key: checkedKey(key), inputHash: hashOf(input) };
}

/** One rule for keys: 1 to 128 characters, no control characters. @throws UserFault INVALID_INPUT */
function checkedKey(key: string): string {
  if (key.length >= 1 && key.length <= MAXIMUM_KEY_LENGTH && !/[\p{Cc}\p{Cs}]/u.test(key)) return key;
  const message = `An idempotency key has 1 to ${MAXIMUM_KEY_LENGTH} printable characters`;
  throw UserFault.of('INVALID_INPUT', message, ['idempotencyKey']);
}

/** The refusal of a key that was used for another input. */
function keyReused(): UserFault {
  return UserFault.of('IDEMPOTENCY_KEY_REUSED', 'This key was used with another input', ['idempotencyKey']);
}

interface StoredKey {
  readonly input_hash: string;
  readonly result_id: string;
}

/**
 * The id that the request led to before; null when it has led to nothing yet.
 * @throws UserFault IDEMPOTENCY_KEY_REUSED
 */
export async function findIdempotentResult(
  client: Pick<SqlTransaction, '$queryRawUnsafe'>,
  { scope, key, inputHash }: IdempotentRequest,
): Promise<string | null> {
  const [stored] = await client.$queryRawUnsafe<StoredKey[]>(
    'SELECT input_hash, result_id FROM idempotency WHERE scope = $1 AND key = $2',
    scope,
    key,
  );
  if (stored === undefined) return null;
  if (stored.input_hash !== inputHash) throw keyReused();
  return stored.result_id;
}

/**
 * Writes the key with what it leads to, within the transaction of its effect. Waits for a duplicate in progress.
 * @returns null when the key is this transaction's now; otherwise the id that a duplicate has led to.
 * @throws UserFault IDEMPOTENCY_KEY_REUSED
 */
async function claimKey(
  tx: SqlTransaction,
  request: IdempotentRequest,
  resultId: string,
): Promise<string | null> {
  const claimed = await tx.$executeRawUnsafe(
    `INSERT INTO idempotency (scope, key, input_hash, result_id, created_at) VALUES ($1, $2, $3, $4::uuid, now())
     ON CONFLICT (scope, key) DO NOTHING`,
    request.scope,
    request.key,
    request.inputHash,
    resultId,
  );
  if (claimed === 1) return null;
  const earlier = await findIdempotentResult(tx, request);
  if (earlier === null) throw new Error('The idempotency key was pruned while it was claimed');
  return earlier;
}

/**
 * Runs `write` once per key, in the transaction that it is given.
 * @param newResultId id of what `write` makes.
 * @returns the id of what it made now, or the first time.
 */
export async function writeOnce(
  tx: SqlTransaction,
  request: IdempotentRequest,
  newResultId: string,
  write: () => Promise<void>,
): Promise<string> {
  const earlier = await claimKey(tx, request, newResultId);
  if (earlier !== null) return earlier;
  await write();
  return newResultId;
}

/** Deletes the keys that these callers gave: they are words of theirs. */
export async function deleteIdempotencyKeysOf(
  tx: SqlTransaction,
  callerIds: readonly string[],
): Promise<void> {
  await tx.$executeRawUnsafe(
    `DELETE FROM idempotency WHERE split_part(scope, ':', 1) = ANY ($1::text[])`,
    callerIds,
  );
}

/** Deletes keys older than three days, a limited number at a time. @returns whether there may be more of them. */
export async function pruneIdempotencyKeys(pool: Pick<Pool, 'query'>): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM idempotency WHERE (scope, key) IN
       (SELECT scope, key FROM idempotency WHERE created_at < now() - interval '3 days'
        ORDER BY created_at LIMIT ${PRUNED_AT_ONCE})`,
  );
  return rowCount === PRUNED_AT_ONCE;
}

function hashOf(input: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(input, sortMembers) ?? '')
    .digest('hex');
}

function sortMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
