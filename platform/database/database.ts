/**
 * One subgraph's database: Prisma over a `pg` pool (the pool also serves the hot statements), and units of work. After a
 * commit, and only then, the relay is woken and live updates are published. By itself it reaches every row, as the worker
 * role; `as` gives what one caller may reach.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Bus, BusPayload } from '../bus/bus.js';
import type { ApplicationAwaiter } from '../events/await-application.js';
import type { Cause } from '../events/envelope.js';
import { type OutboxRow, outboxRow, writeOutbox } from '../events/outbox.js';
import type { UnitOfWork, UnitOfWorkRunner } from '../events/unit-of-work.js';
import { dependsOn } from '../health.js';
import type { Identity } from '../identity/identity.js';
import { sqlFailureOf } from '../sql/sql-failure.js';
import type { SqlTransaction } from '../sql/sql-transaction.js';
import { accountUrl } from './access-roles.js';
import { CallerConnections } from './caller-connections.js';
import {
  type AccessSettings,
  accessSettings,
  anonymousOptions,
  isAnonymous,
  ReadTransaction,
  readingClient,
  type StoreDatabase,
} from './caller-database.js';

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

export interface Database {
  readonly pool: pg.Pool;
  /** For statements that write their own outbox rows: wakes the relay. */
  wakeRelay(): void;
  /** Called when the subgraph starts its relay; until then committed events wait in the outbox. */
  deliverEventsBy(delivery: EventDelivery): void;
  ready(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenDatabase<Client, Transaction> extends Database, StoreDatabase<Client, Transaction> {
  readonly prisma: Client;
  readonly pool: pg.Pool;
  /** The database behind the wall of row-level security, for one operation of the caller's. */
  as(identity: Identity): StoreDatabase<Client, Transaction>;
}

export interface DatabaseOptions<Client> {
  /** Name of the subgraph: the `source` of its events. */
  readonly source: string;
  /** The owner's, migrated: statements run as the accounts derived from it (`access-roles.ts`). */
  readonly url: string;
  readonly bus: Pick<Bus, 'publish'>;
  /** Maximum number of connections of the subgraph's own work. Default 12. */
  readonly connections?: number;
  /** Maximum number of connections that callers' operations share. Default 12. */
  readonly callerConnections?: number;
  /** Maximum number of connections for the reads of callers who are not signed in. Default 4. */
  readonly anonymousConnections?: number;
  createClient(adapter: PrismaPg): Client;
}

/** PostgreSQL, appendix A: disk_full. */
const DISK_FULL = '53100';
const TRANSACTION_LIMITS = { maxWait: 10_000, timeout: 30_000 };

export function openDatabase<
  Transaction extends SqlTransaction,
  Client extends PrismaClientLike<Transaction>,
>(options: DatabaseOptions<Client>): OpenDatabase<Client, Transaction> {
  const { source, bus } = options;
  const pool = openPool({
    connectionString: accountUrl(options.url, source, 'worker'),
    max: options.connections ?? 12,
    application_name: `kedai-${source}`,
  });
  const prisma = options.createClient(new PrismaPg(pool));
  const callers = new CallerConnections<Client>({
    url: accountUrl(options.url, source, 'requests'),
    applicationName: `kedai-${source}-requests`,
    maximum: options.callerConnections ?? 12,
    createClient: options.createClient,
  });
  let anonymous: { readonly pool: pg.Pool; readonly prisma: Client } | undefined;
  let delivery: EventDelivery | undefined;
  let isDiskFull = false;
  dependsOn(`disk of the database of ${source}`, () => isDiskFull);

  async function commit<Result>(
    client: Client,
    settings: AccessSettings | undefined,
    cause: Cause,
    run: (work: UnitOfWork<Transaction>) => Promise<Result>,
    confirmTo: string | undefined,
  ): Promise<{ result: Result; events: OutboxRow[] }> {
    const events: OutboxRow[] = [];
    const messages: [string, BusPayload][] = [];
    const result = await client.$transaction(async (tx) => {
      await settings?.apply(tx);
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

  /** Units of work by the access settings given, each on a client that `using` lends for as long as the transaction lasts. */
  function workRunner(using: Using<Client>, settings?: AccessSettings): UnitOfWorkRunner<Transaction> {
    return {
      async work(cause, run, { awaitsApplication = false } = {}) {
        const write = (confirmTo: string | undefined) =>
          using((client) => commit(client, settings, cause, run, confirmTo));
        try {
          const result =
            awaitsApplication && delivery !== undefined
              ? await delivery.applications.run(write)
              : (await write(undefined)).result;
          isDiskFull = false;
          return result;
        } catch (error) {
          if (sqlFailureOf(error)?.sqlState === DISK_FULL) isDiskFull = true;
          throw error;
        }
      },
    };
  }

  function readsOf(
    identity: Identity,
    settings: AccessSettings,
  ): Pick<StoreDatabase<Client, Transaction>, 'pool' | 'prisma'> {
    if (isAnonymous(identity)) {
      anonymous ??= openAnonymous();
      return anonymous;
    }
    const reads = new ReadTransaction(callers, settings);
    return {
      prisma: readingClient(prisma, reads),
      pool: {
        query: (statement, values) => reads.run((connection) => connection.pool.query(statement, values)),
      },
    };
  }

  function openAnonymous() {
    const anonymousPool = openPool({
      connectionString: accountUrl(options.url, source, 'requests'),
      max: options.anonymousConnections ?? 4,
      application_name: `kedai-${source}-anonymous`,
      options: anonymousOptions(source),
    });
    return { pool: anonymousPool, prisma: options.createClient(new PrismaPg(anonymousPool)) };
  }

  return {
    pool,
    prisma,
    ...workRunner((run) => run(prisma)),
    as(identity) {
      const settings = accessSettings(source, identity);
      return {
        ...readsOf(identity, settings),
        ...workRunner((run) => callers.use((connection) => run(connection.prisma)), settings),
      };
    },
    wakeRelay: () => delivery?.onCommitted(),
    deliverEventsBy(given) {
      delivery = given;
    },
    async ready() {
      await pool.query('SELECT 1');
    },
    async close() {
      await callers.close();
      for (const open of [anonymous, { pool, prisma }]) {
        await open?.prisma.$disconnect();
        if (open?.pool.ended === false) await open.pool.end();
      }
    },
  };
}

function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  pool.on('error', () => undefined);
  // The next statement reports a connection lost within a transaction; without a listener its error would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

type Using<Client> = <Result>(run: (client: Client) => Promise<Result>) => Promise<Result>;
