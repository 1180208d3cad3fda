/** The databases of the subgraphs, opened for reading and nothing else. */
import pg from 'pg';
import { bySubgraph, SUBGRAPH_NAMES, type SubgraphName } from '../../../subgraphs/names.js';
import type { Amounts } from './equation.js';

export interface Book {
  /** Rows of `name` and `amount`, summed by name. */
  amounts(sql: string, values?: readonly unknown[]): Promise<Amounts>;
  /** The first column of each row, which is `name`. */
  names(sql: string, values?: readonly unknown[]): Promise<string[]>;
  close(): Promise<void>;
}

export type Books = Readonly<Record<SubgraphName, Book>>;

export function openBooks(urlOf: (subgraph: SubgraphName) => string): Books & { close(): Promise<void> } {
  const books = bySubgraph(SUBGRAPH_NAMES.map((name) => [name, openBook(urlOf(name))]));
  return {
    ...books,
    async close() {
      await Promise.all(SUBGRAPH_NAMES.map((name) => books[name].close()));
    },
  };
}

export function openBook(connectionString: string): Book {
  const pool = new pg.Pool({ connectionString, max: 2, options: '-c default_transaction_read_only=on' });
  pool.on('error', () => undefined);
  return {
    async amounts(sql, values = []) {
      const { rows } = await pool.query<{ name: string; amount: string | number }>(sql, [...values]);
      const amounts = new Map<string, number>();
      for (const { name, amount } of rows) amounts.set(name, (amounts.get(name) ?? 0) + Number(amount));
      return amounts;
    },
    async names(sql, values = []) {
      const { rows } = await pool.query<{ name: string }>(sql, [...values]);
      return rows.map(({ name }) => name);
    },
    close: () => pool.end(),
  };
}
