/**
 * One subgraph's database: Prisma over a `pg` pool (the pool also serves the hot statements), and units of work. In a unit
 * of work the events emitted are written with the change that made them true; after the commit, and only then, the relay
 * is woken and live updates are published.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Bus, BusPayload } from '../bus/bus.js';
import type { Cause, NewEvent } from '../events/envelope.js';
import { type OutboxRow, outboxRow, writeOutbox } from '../events/outbox.js';
import type { SqlTransaction } from '../sql/sql-transaction.js';

export interface UnitOfWork<Transaction> {
  readonly tx: Transaction;
  readonly cause: Cause;
  emit(event: NewEvent): void;
  /** Publishes on the bus after the commit. */
  publish(topic: string, payload: BusPayload): void;
  /** The same work, its further events caused by something else. */
  causedBy(cause: Cause): UnitOfWork<Transaction>;
}

/** The part of a generated Prisma client that every subgraph's has. */
export interface PrismaClientLike<Transaction> {
  $transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<Result>;
  $disconnect(): Promise<void>;
}

export interface Database<Transaction> {
  readonly pool: pg.Pool;
  work<Result>(cause: Cause, work: (work: UnitOfWork<Transaction>) => Promise<Result>): Promise<Result>;
  /** For statements that write their own outbox rows: wakes the relay. */
  wakeRelay(): void;
  /** Set when the subgraph starts its relay. */
  onEventsWritten(wake: () => void): void;
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenDatabase<Client, Transaction> extends Database<Transaction> {
  readonly prisma: Client;
}

export interface DatabaseOptions<Client> {
  /** Name of the subgraph: the `source` of its events. */
  readonly source: string;
  readonly url: string;
  readonly bus: Bus;
  /** Connections at the most. Default 12. */
  readonly connections?: number;
  createClient(adapter: PrismaPg): Client;
}

export function openDatabase<
  Transaction extends SqlTransaction,
  Client extends PrismaClientLike<Transaction>,
>(options: DatabaseOptions<Client>): OpenDatabase<Client, Transaction> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 12,
    application_name: `kedai-${options.source}`,
  });
  pool.on('error', () => undefined);
  // A connection lost between two statements of a transaction is found out by the next one; unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const prisma = options.createClient(new PrismaPg(pool));
  let wake: () => void = () => undefined;

  return {
    pool,
    prisma,
    async work(cause, run) {
      const rows: OutboxRow[] = [];
      const messages: [string, BusPayload][] = [];
      const result = await prisma.$transaction(
        async (tx) => {
          const unit = (current: Cause): UnitOfWork<Transaction> => ({
            tx,
            cause: current,
            emit: (event) => rows.push(outboxRow(options.source, event, current)),
            publish: (topic, payload) => messages.push([topic, payload]),
            causedBy: unit,
          });
          const value = await run(unit(cause));
          await writeOutbox(tx, rows);
          return value;
        },
        { maxWait: 10_000, timeout: 30_000 },
      );
      if (rows.length > 0) wake();
      for (const [topic, payload] of messages) options.bus.publish(topic, payload);
      return result;
    },
    wakeRelay: () => wake(),
    onEventsWritten(callback) {
      wake = callback;
    },
    async ready() {
      await pool.query('SELECT 1');
    },
    async close() {
      await prisma.$disconnect();
      if (!pool.ended) await pool.end();
    },
  };
}
