/** What the database by itself lets callers see and do, by statements that name no tenant. */
import pg from 'pg';
import type { StoreDatabase } from '../../platform/database/caller-database.js';
import { newCause } from '../../platform/events/envelope.js';
import { sqlFailureOf } from '../../platform/sql/sql-failure.js';
import type { SqlTransaction } from '../../platform/sql/sql-transaction.js';

/** SQLSTATEs of refusals. */
export const NO_PRIVILEGE = '42501';
export const READ_ONLY = '25006';

type Caller = Pick<StoreDatabase<unknown, SqlTransaction>, 'pool' | 'work'>;

/** Every table of a migrated database, by name. */
export async function tablesOf(owner: pg.Pool): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
       AND relname <> '_prisma_migrations' ORDER BY relname COLLATE "C"`,
  );
  return rows.map(({ name }) => name);
}

/** The statement's rows, each as text, in ascending order; or the SQLSTATE that refuses it. */
export async function readBy(caller: Pick<Caller, 'pool'>, statement: string): Promise<string[] | string> {
  return refusedOr(async () => {
    const { rows } = await caller.pool.query<Record<string, unknown>>(statement);
    return rows.map((row) => Object.values(row).join(' ')).toSorted();
  });
}

/** How many rows the statement changes, which is undone; or the SQLSTATE that refuses it. */
export async function changedBy(
  caller: Pick<Caller, 'work'>,
  statement: string,
  ...values: unknown[]
): Promise<number | string> {
  let changed = 0;
  const undone = new Error('Undone');
  return refusedOr(async () => {
    try {
      await caller.work(newCause(), async ({ tx }) => {
        changed = await tx.$executeRawUnsafe(statement, ...values);
        await tx.$executeRawUnsafe('SET CONSTRAINTS ALL IMMEDIATE');
        throw undone;
      });
    } catch (error) {
      if (error !== undone) throw error;
    }
    return changed;
  });
}

/** What refuses a statement on a connection of its own; undefined where nothing does. */
export async function refusalAt(url: string, statement: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const answer = await refusedOr(async () => {
      await client.query(statement);
      return undefined;
    });
    return answer;
  } finally {
    await client.end();
  }
}

/** What an account may do beyond its grants, as words; empty where that is nothing. */
export async function excessesOf(owner: pg.Pool, account: string): Promise<string[]> {
  const { rows } = await owner.query<{ excess: string }>(
    `SELECT excess FROM pg_roles, LATERAL (VALUES
       ('is a superuser', rolsuper), ('bypasses the wall', rolbypassrls), ('makes roles', rolcreaterole),
       ('makes databases', rolcreatedb),
       ('owns something', EXISTS (SELECT FROM pg_class WHERE relowner = pg_roles.oid)
                       OR EXISTS (SELECT FROM pg_proc WHERE proowner = pg_roles.oid))) AS may (excess, holds)
     WHERE rolname = $1 AND holds`,
    [account],
  );
  return rows.map(({ excess }) => excess);
}

async function refusedOr<Answer>(attempt: () => Promise<Answer>): Promise<Answer | string> {
  try {
    return await attempt();
  } catch (error) {
    const failure = sqlFailureOf(error);
    if (failure === undefined) throw error;
    return failure.sqlState;
  }
}
