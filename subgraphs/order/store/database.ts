/** The order subgraph's database. */
import type { PoolClient } from 'pg';
import type { Bus } from '../../../platform/bus/bus.js';
import type { StoreDatabase } from '../../../platform/database/caller-database.js';
import { type OpenDatabase, openDatabase, type UnitOfWork } from '../../../platform/database/database.js';
import { type Prisma, PrismaClient } from '../../../prisma/order/client/client.js';

export type Transaction = Prisma.TransactionClient;
/** A caller's, or the subgraph's own. */
export type OrderDatabase = StoreDatabase<PrismaClient, Transaction>;
/** Reaches every row. */
export type OwnOrderDatabase = OpenDatabase<PrismaClient, Transaction>;
export type OrderWork = UnitOfWork<Transaction>;

/** The `source` of this subgraph's events. */
export const SOURCE = 'order';

export function openOrderDatabase(url: string, bus: Bus): OwnOrderDatabase {
  return openDatabase<Transaction, PrismaClient>({
    source: SOURCE,
    url,
    bus,
    createClient: (adapter) => new PrismaClient({ adapter }),
  });
}

/**
 * Runs statements of our own in one transaction on a plain connection, so that their errors name the violated constraint.
 * Rolls back when `work` throws.
 */
export async function inTransaction<Result>(
  { pool }: Pick<OwnOrderDatabase, 'pool'>,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => {
      broken = failure;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
