/**
 * A migrated database with no application before it, to see what it refuses by itself. Whatever a test writes here is
 * taken back, so that each begins from what `beforeEach` put there.
 */
import pg from 'pg';
import type { DatabaseName } from '../../prisma/migrate.js';
import { freshDatabase } from './database.js';

export type Row = Readonly<Record<string, unknown>>;

export interface BareDatabase {
  query(sql: string, values?: readonly unknown[]): Promise<void>;
  insert(table: string, row: Row): Promise<void>;
  /** What stops the work, done as one transaction: a constraint's name or, where there is none, the message. */
  refusalOf(work: () => Promise<unknown>): Promise<string | undefined>;
  /**
   * What stops the row once it is bent.
   * @throws what stops it as it was: the bend alone shall be at fault.
   */
  refusalOfBent(table: string, row: Row, bend: Row): Promise<string | undefined>;
  close(): Promise<void>;
}

export async function openBareDatabase(name: DatabaseName): Promise<BareDatabase> {
  const fresh = await freshDatabase(name);
  const client = new pg.Client({ connectionString: fresh.url });
  await client.connect();

  async function query(sql: string, values: readonly unknown[] = []): Promise<void> {
    await client.query(sql, [...values]);
  }

  async function insert(table: string, row: Row): Promise<void> {
    const places = Object.keys(row).map((_, index) => `$${index + 1}`);
    await query(`INSERT INTO ${table} (${Object.keys(row)}) VALUES (${places})`, Object.values(row));
  }

  async function refusalOf(work: () => Promise<unknown>): Promise<string | undefined> {
    await client.query('BEGIN');
    try {
      await work();
      await client.query('SET CONSTRAINTS ALL IMMEDIATE');
      return undefined;
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      return error.constraint ?? error.message;
    } finally {
      await client.query('ROLLBACK');
    }
  }

  return {
    query,
    insert,
    refusalOf,
    async refusalOfBent(table, row, bend) {
      const refusal = await refusalOf(() => insert(table, row));
      if (refusal !== undefined) throw new Error(`${table} refuses the row as it was: ${refusal}`);
      return refusalOf(() => insert(table, { ...row, ...bend }));
    },
    async close() {
      await client.end();
      await fresh.drop();
    },
  };
}
