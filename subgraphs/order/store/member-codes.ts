/** Codes by which members are found at the counter for some minutes, and the count of wrong ones that staff have tried. */
import type { OwnOrderDatabase, Transaction } from './database.js';

type Database = Pick<OwnOrderDatabase, 'pool'>;

const PRUNED_AT_ONCE = 1_000;

export interface MemberCode {
  readonly code: string;
  readonly expiresAt: Date;
}

export interface Lifetime {
  readonly lifetimeSeconds: number;
  /** A code that expires sooner than this is replaced. */
  readonly renewedSeconds: number;
}

/** @returns the code in use, else the given one; null for a deleted account. @throws for a given code that another member has. */
export async function upsertMemberCode(
  { pool }: Database,
  customerId: string,
  code: string,
  { lifetimeSeconds, renewedSeconds }: Lifetime,
): Promise<MemberCode | null> {
  const { rows } = await pool.query<MemberCode>({
    name: 'member-code',
    text: `INSERT INTO member_code AS held (customer_id, code, expires_at)
           SELECT $1::uuid, $2, now() + make_interval(secs => $3)
           WHERE NOT EXISTS (SELECT FROM erased_customer WHERE customer_id = $1::uuid)
           ON CONFLICT (customer_id) DO UPDATE SET
             code = CASE WHEN held.expires_at < now() + make_interval(secs => $4) THEN excluded.code ELSE held.code END,
             expires_at = CASE WHEN held.expires_at < now() + make_interval(secs => $4) THEN excluded.expires_at ELSE held.expires_at END
           RETURNING code, expires_at AS "expiresAt"`,
    values: [customerId, code, lifetimeSeconds, renewedSeconds],
  });
  return rows[0] ?? null;
}

/** Null for a code that is nobody's, or has expired. */
export async function findMemberByCode({ pool }: Database, code: string): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT customer_id AS id FROM member_code WHERE code = $1 AND expires_at > now()',
    [code],
  );
  return rows[0]?.id ?? null;
}

export interface FailureCount {
  /** This one included. */
  readonly failures: number;
  readonly windowEndsAt: Date;
}

/** Counts an attempt, as failed until it is taken back: parallel ones are bounded, too. */
export async function insertFailure(
  { pool }: Database,
  staffId: string,
  windowSeconds: number,
): Promise<FailureCount> {
  const { rows } = await pool.query<FailureCount>(
    `INSERT INTO member_code_failure AS counted (staff_id, failures, window_ends_at) VALUES ($1, 1, now() + make_interval(secs => $2))
     ON CONFLICT (staff_id) DO UPDATE SET
       failures = CASE WHEN counted.window_ends_at <= now() THEN 1 ELSE counted.failures + 1 END,
       window_ends_at = CASE WHEN counted.window_ends_at <= now() THEN excluded.window_ends_at ELSE counted.window_ends_at END
     RETURNING failures, window_ends_at AS "windowEndsAt"`,
    [staffId, windowSeconds],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('An upsert answers its row');
  return row;
}

export async function takeBackFailure({ pool }: Database, staffId: string): Promise<void> {
  await pool.query(
    'UPDATE member_code_failure SET failures = greatest(0, failures - 1) WHERE staff_id = $1',
    [staffId],
  );
}

/** Deletes what has expired, a limited number at a time. @returns whether there may be more of it. */
export async function pruneMemberCodes({ pool }: Database): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM member_code WHERE customer_id IN
       (SELECT customer_id FROM member_code WHERE expires_at < now() ORDER BY expires_at LIMIT ${PRUNED_AT_ONCE} FOR UPDATE SKIP LOCKED)`,
  );
  await pool.query('DELETE FROM member_code_failure WHERE window_ends_at < now()');
  return rowCount === PRUNED_AT_ONCE;
}

export async function deleteMemberCodesOf(tx: Transaction, customerIds: readonly string[]): Promise<void> {
  await tx.memberCode.deleteMany({ where: { customerId: { in: [...customerIds] } } });
  await tx.memberCodeFailure.deleteMany({ where: { staffId: { in: [...customerIds] } } });
}
