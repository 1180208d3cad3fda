import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../platform/ids.js';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../../subgraphs/names.js';
import { type FreshDatabase, freshDatabase } from '../../../tests/support/database.js';
import { holds } from './equation.js';
import { auditHistory } from './history.js';

const databases = new Map<SubgraphName, FreshDatabase>();

beforeAll(async () => {
  for (const name of SUBGRAPH_NAMES) databases.set(name, await freshDatabase(name));
});
afterAll(async () => {
  for (const database of databases.values()) await database.drop();
});

async function write(name: SubgraphName, sql: string, values: readonly unknown[]): Promise<void> {
  const client = new pg.Client({ connectionString: databases.get(name)?.url });
  await client.connect();
  try {
    // Triggers and foreign keys would refuse false rows.
    await client.query('SET session_replication_role = replica');
    await client.query(sql, [...values]);
  } finally {
    await client.end();
  }
}

async function wrong(): Promise<string[]> {
  const equations = await auditHistory((name) => databases.get(name)?.url ?? '');
  return equations.filter((equation) => !holds(equation)).map(({ title }) => title);
}

const said = (kind: string) => `Of ${kind}, the history says what their rows say`;

describe('the audit of the history', () => {
  it('accepts empty books', async () => {
    expect(await wrong()).toEqual([]);
  });

  it('finds what no event says', async () => {
    await write(
      'order',
      `INSERT INTO orders (id, number, customer_id, outlet_id, franchise_id, status, status_at, version, total, preparation_seconds, placed_at)
       VALUES ($1, 'A-1', $1, $1, $1, 'PLACED', now(), 1, 1000, 60, now())`,
      [newId()],
    );
    await write(
      'payment',
      `INSERT INTO payment (id, order_id, customer_id, outlet_id, franchise_id, method, provider, status, amount, paid_at)
       VALUES ($1, $1, $1, $1, $1, 'CASH', 'CASH', 'PAID', 1000, now())`,
      [newId()],
    );
    await write('stock', `INSERT INTO order_promise (order_id, outlet_id, state) VALUES ($1, $1, 'TAKEN')`, [
      newId(),
    ]);
    await write(
      'customer',
      `WITH one AS (INSERT INTO customer (id, email, name, password_hash) VALUES ($1, 'a@kedai.test', 'A', 'x'))
       INSERT INTO loyalty_account (customer_id, points, lifetime_points, version) VALUES ($1, 10, 10, 1)`,
      [newId()],
    );
    expect(await wrong()).toEqual(['orders', 'payments', 'reservations', 'points'].map(said));
  });
});
