/** Revocations, which the database's triggers write. */
import type { RevocationPage } from '../../../platform/identity/revocations.js';
import type { OwnCustomerDatabase } from './database.js';

type Database = Pick<OwnCustomerDatabase, 'pool'>;

const PAGE_SIZE = 1_000;
const PRUNED_AT_ONCE = 5_000;

/** 0 before the first. */
export async function findLastRevocation({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ last: string }>({
    name: 'last-revocation',
    text: 'SELECT last FROM revocation_sequence',
  });
  return Number(rows[0]?.last ?? 0);
}

/** The first thousand after a number, without those that no access token can have been signed before. */
export async function findRevocations({ pool }: Database, after: number): Promise<RevocationPage> {
  const { rows } = await pool.query<{
    last: string;
    sequence: string | null;
    session_id: string | null;
    customer_id: string | null;
  }>({
    name: 'revocations',
    text: `SELECT latest.last, revoked.sequence, revoked.session_id, revoked.customer_id FROM revocation_sequence AS latest
           LEFT JOIN revocation AS revoked ON revoked.sequence > $1 AND revoked.at > now() - interval '20 minutes'
           ORDER BY revoked.sequence LIMIT ${PAGE_SIZE}`,
    values: [after],
  });
  return {
    last: Number(rows[0]?.last ?? 0),
    revocations: rows.flatMap(({ sequence, session_id: sessionId, customer_id: customerId }) =>
      sequence === null ? [] : [{ sequence: Number(sequence), sessionId, customerId }],
    ),
  };
}

/** Deletes what no valid token was signed before, a limited number at a time. @returns whether there may be more of them. */
export async function pruneRevocations({ pool }: Database): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM revocation WHERE sequence IN
       (SELECT sequence FROM revocation WHERE at < now() - interval '1 hour' LIMIT ${PRUNED_AT_ONCE})`,
  );
  return rowCount === PRUNED_AT_ONCE;
}
