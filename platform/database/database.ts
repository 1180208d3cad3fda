/**
 * One subgraph's database: Prisma over a `pg` pool (the pool also serves the hot statements), and units of work. After a
 * commit, and only then, the relay is woken and live updates are published.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Bus, BusPayload } from '../bus/bus.js';
import type { ApplicationAwaiter } from '../events/await-application.js';
import type { Cause } from '../events/envelope.js';
import { type OutboxRow, outboxRow, writeOutbox } from '../events/outbox.js';
import type { UnitOfWork, UnitOfWorkRunner } from '../events/unit-of-work.js';
import type { SqlTransaction } from '../sql/sql-transaction.js';

export type { UnitOfWork } from '../events/unit-of-work.js';

/** The part of a generated Prisma client that every subgraph's has. */
export interface PrismaClientLike<Transaction> {
  $transaction<Result>(
    work: (tx: Transaction) => Promise<Result>,
    options?: { maxWait?: number; timeout?: number },
  ): Promise<Result>;
  $disconnect(): Promise<void>;
}

/** What carries events on once they are committed. */
export interface EventDelivery {
  /** Called after each commit that wrote events. */
  onCommitted(): void;
  readonly applications: ApplicationAwaiter;
}

export interface Database<Transaction> extends UnitOfWorkRunner<Transaction> {
  readonly pool: pg.Pool;
  /** For statements that write their own outbox rows: wakes the relay. */
  wakeRelay(): void;
  /** Called when the subgraph starts its relay; until then committed events wait in the outbox. */
  deliverEventsBy(delivery: EventDelivery): void;
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
  /** Maximum number of connections. Default 12. */
  readonly connections?: number;
  createClient(adapter: PrismaPg): Client;
}

const TRANSACTION_LIMITS = { maxWait: 10_000, timeout: 30_000 };

export function openDatabase<
  Transaction extends SqlTransaction,
  Client extends PrismaClientLike<Transaction>,
>(options: DatabaseOptions<Client>): OpenDatabase<Client, Transaction> {
  const { source, bus } = options;
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connections ?? 12,
    application_name: `kedai-${source}`,
  });
  pool.on('error', () => undefined);
  // The next statement reports a connection lost within a transaction; without a listener its error would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const prisma = options.createClient(new PrismaPg(pool));
  let delivery: EventDelivery | undefined;

  async function commit<Result>(
    cause: Cause,
    run: (work: UnitOfWork<Transaction>) => Promise<Result>,
    confirmTo: string | undefined,
  ): Promise<{ result: Result; events: OutboxRow[] }> {
    const events: OutboxRow[] = [];
    const messages: [string, BusPayload][] = [];
    const result = await prisma.$transaction(async (tx) => {
      const unit = (current: Cause): UnitOfWork<Transaction> => ({
        tx,
        cause: current,
        emit: (event) => events.push(outboxRow(source, event, current, confirmTo)),
        publish: (topic, payload) => messages.push([topic, payload]),
        causedBy: unit,
      });
      const value = await run(unit(cause));
      await writeOutbox(tx, events);
      return value;
    }, TRANSACTION_LIMITS);
    if (events.length > 0) delivery?.onCommitted();
    for (const [topic, payload] of messages) bus.publish(topic, payload);
    return { result, events };
  }

  return {
    pool,
    prisma,
    async work(cause, run, { awaitsApplication = false } = {}) {
      if (awaitsApplication && delivery !== undefined) {
        return delivery.applications.run((confirmTo) => commit(cause, run, confirmTo));
      }
      return (await commit(cause, run, undefined)).result;
    },
    wakeRelay: () => delivery?.onCommitted(),
    deliverEventsBy(given) {
      delivery = given;
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
