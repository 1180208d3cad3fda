/**
 * A subgraph's database as one caller may see it. PostgreSQL's row-level security is the second wall behind the filters of the
 * store: whatever a statement asks for, it reaches the caller's tenants alone.
 *
 * - Reads of one operation share a read-only transaction, in which role and tenants are set once. It begins with the first
 *   read and ends when no other follows in the same turn of the event loop, so no connection is held while the operation waits
 *   for anything else.
 * - Callers who are not signed in have no tenants: their reads run on connections whose role is set once, outside any
 *   transaction.
 * - Writes are units of work: a transaction each, with the same role and tenants.
 *
 * The settings that the policies read: `kedai.customer_id`, `kedai.outlet_ids`, `kedai.franchise_ids`.
 */
import pg from 'pg';
import type { UnitOfWorkRunner } from '../events/unit-of-work.js';
import { ANONYMOUS, type Identity, tenantsOf } from '../identity/identity.js';
import type { SqlTransaction } from '../sql/sql-transaction.js';
import { callerRole } from './access-roles.js';
import type { CallerConnection, CallerConnections, Disconnectable } from './caller-connections.js';

/** What statements written by hand need of a pool. */
export interface Statements {
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    statement: string | pg.QueryConfig,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>;
}

/** What the store reads and writes by: a caller's database, or the subgraph's own. */
export interface StoreDatabase<Client, Transaction> extends UnitOfWorkRunner<Transaction> {
  /** For reads. A caller's refuses writes: they are units of work. */
  readonly prisma: Omit<Client, '$transaction' | '$extends' | '$connect' | '$disconnect' | '$on'>;
  /** For reads by statements written by hand. */
  readonly pool: Statements;
}

/** Role and tenants of a caller, as statements that set them for the rest of a transaction. */
export interface AccessSettings {
  /** Begins a read-only transaction. */
  begin(): string;
  /** Within a transaction that has begun. */
  apply(tx: SqlTransaction): Promise<void>;
}

export function accessSettings(subgraph: string, identity: Identity): AccessSettings {
  return {
    begin() {
      const settings = settingsOf(subgraph, identity);
      const set = settings.map(([name, value]) => `set_config('${name}', ${pg.escapeLiteral(value)}, true)`);
      return `BEGIN READ ONLY; SELECT ${set.join(', ')}`;
    },
    async apply(tx) {
      const settings = settingsOf(subgraph, identity);
      const parameters = settings.map(([name], index) => `set_config('${name}', $${index + 1}, true)`);
      await tx.$queryRawUnsafe(`SELECT ${parameters.join(', ')}`, ...settings.map(([, value]) => value));
    },
  };
}

/**
 * Options of a connection that reads for callers who are not signed in: role and settings hold as long as it lives, and it
 * refuses writes.
 */
export function anonymousOptions(subgraph: string): string {
  const settings: [name: string, value: string][] = [
    ...settingsOf(subgraph, ANONYMOUS),
    ['default_transaction_read_only', 'on'],
  ];
  return settings.map(([name, value]) => `-c ${name}=${value}`).join(' ');
}

export function isAnonymous({ customerId, roles }: Identity): boolean {
  return customerId === null && roles.length === 0;
}

function settingsOf(subgraph: string, identity: Identity): [name: string, value: string][] {
  const { customerId, everywhere, outletIds, franchiseIds } = tenantsOf(identity);
  return [
    ['role', callerRole(subgraph, everywhere ? 'chain' : 'tenant')],
    ['kedai.customer_id', customerId ?? ''],
    ['kedai.outlet_ids', `{${outletIds.join(',')}}`],
    ['kedai.franchise_ids', `{${franchiseIds.join(',')}}`],
  ];
}

/** The reads of one operation. */
export class ReadTransaction<Client extends Disconnectable> {
  readonly #connections: CallerConnections<Client>;
  readonly #settings: AccessSettings;
  #current: Lease<Client> | undefined;

  constructor(connections: CallerConnections<Client>, settings: AccessSettings) {
    this.#connections = connections;
    this.#settings = settings;
  }

  /** A read that fails because its transaction had failed or lost its connection before is made once more, in another. */
  async run<Result>(read: Read<Client, Result>): Promise<Result> {
    try {
      return await this.#readIn(this.#lease(), read);
    } catch (error) {
      if (!(error instanceof TransactionBroken)) throw error;
    }
    try {
      return await this.#readIn(this.#lease(), read);
    } catch (error) {
      throw error instanceof TransactionBroken ? error.cause : error;
    }
  }

  #lease(): Lease<Client> {
    this.#current ??= { begun: this.#begin(), running: 0, hasFailed: false, hasEnded: false };
    return this.#current;
  }

  /** @throws TransactionBroken when something before the read broke the transaction. */
  async #readIn<Result>(lease: Lease<Client>, read: Read<Client, Result>): Promise<Result> {
    lease.running += 1;
    try {
      const { connection, connects } = await lease.begun;
      try {
        return await read(connection);
      } catch (error) {
        const wasBroken = lease.hasFailed || connection.connects !== connects;
        lease.hasFailed = true;
        throw wasBroken ? new TransactionBroken('', { cause: error }) : error;
      }
    } catch (error) {
      // PostgreSQL answers nothing more in a transaction that has failed: the next read begins another.
      if (this.#current === lease) this.#current = undefined;
      throw error;
    } finally {
      lease.running -= 1;
      if (lease.running === 0) setImmediate(() => this.#endIfIdle(lease));
    }
  }

  async #begin(): Promise<Begun<Client>> {
    const connection = await this.#connections.take();
    try {
      await connection.pool.query(this.#settings.begin());
      return { connection, connects: connection.connects };
    } catch (error) {
      await this.#connections.discard(connection);
      throw error;
    }
  }

  #endIfIdle(lease: Lease<Client>): void {
    if (lease.running > 0 || lease.hasEnded) return;
    lease.hasEnded = true;
    if (this.#current === lease) this.#current = undefined;
    lease.begun.then(
      ({ connection }) =>
        connection.pool.query('ROLLBACK').then(
          () => this.#connections.give(connection),
          () => this.#connections.discard(connection),
        ),
      // Never opened; the reads have failed with the reason.
      () => undefined,
    );
  }
}

type Read<Client, Result> = (connection: CallerConnection<Client>) => Promise<Result>;

interface Begun<Client> {
  readonly connection: CallerConnection<Client>;
  /** Of the connection when the transaction began: it has gone with any other. */
  readonly connects: number;
}

interface Lease<Client> {
  readonly begun: Promise<Begun<Client>>;
  running: number;
  hasFailed: boolean;
  hasEnded: boolean;
}

/** The cause is what PostgreSQL said to the read, which says nothing about the read itself. */
class TransactionBroken extends Error {
  override readonly name = 'TransactionBroken';
}

/** A Prisma client whose every query is one of the transaction's reads. */
export function readingClient<Client extends Disconnectable>(
  own: Client,
  reads: ReadTransaction<Client>,
): Client {
  return new Proxy(own, {
    get(client, name) {
      const member: unknown = Reflect.get(client, name);
      if (typeof member === 'function') return readBy(reads, (prisma) => [prisma, name]);
      if (typeof member !== 'object' || member === null) return member;
      return new Proxy(member, {
        get: (_model, query) => readBy(reads, (prisma) => [Reflect.get(prisma, name), query]),
      });
    },
  });
}

/** A function that calls the method which `find` names on the Prisma client of the transaction's connection. */
function readBy<Client extends Disconnectable>(
  reads: ReadTransaction<Client>,
  find: (prisma: object) => [owner: object, method: string | symbol],
) {
  return (...parameters: unknown[]) =>
    reads.run(async ({ prisma }) => {
      const [owner, method] = find(prisma);
      return Reflect.apply(Reflect.get(owner, method), owner, parameters);
    });
}
