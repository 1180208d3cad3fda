/** Requests for password resets. One of a known address and one of an unknown are the same row, until they are handled. */
import { newId } from '../../../platform/ids.js';
import type { OwnCustomerDatabase, Transaction } from './database.js';

export async function insertResetRequest(
  { pool }: Pick<OwnCustomerDatabase, 'pool'>,
  email: string,
): Promise<void> {
  await pool.query('INSERT INTO password_reset_request (id, email) VALUES ($1, $2)', [newId(), email]);
}

/** Deletes the oldest request, which is this transaction's to handle. @returns its address; null where there is none. */
export async function takeResetRequest(tx: Transaction): Promise<string | null> {
  const [taken] = await tx.$queryRaw<{ email: string }[]>`
    DELETE FROM password_reset_request WHERE id =
      (SELECT id FROM password_reset_request ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING email`;
  return taken?.email ?? null;
}
