/**
 * The connections that callers' statements run on, each with a Prisma client bound to it, so that Prisma's queries and
 * statements written by hand share a transaction. A connection serves one caller at a time.
 */
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

/** The part of a generated Prisma client that a connection needs. */
export interface Disconnectable {
  $disconnect(): Promise<void>;
}

export interface CallerConnection<Client> {
  /** Of one connection: statements run one after the other, in the transaction that one of them began. */
  readonly pool: pg.Pool;
  readonly prisma: Client;
  /** How often it has connected: once, and again after each loss. */
  readonly connects: number;
}

export interface CallerConnectionsOptions<Client> {
  readonly url: string;
  readonly applicationName: string;
  readonly maximum: number;
  createClient(adapter: PrismaPg): Client;
}

const IDLE_MILLISECONDS = 60_000;
/** A caller's transaction that waits for this process is in trouble. */
const SESSION_OPTIONS = '-c idle_in_transaction_session_timeout=30s';

export class CallerConnections<Client extends Disconnectable> {
  readonly #options: CallerConnectionsOptions<Client>;
  readonly #all = new Set<CallerConnection<Client>>();
  readonly #idle: CallerConnection<Client>[] = [];
  readonly #waiting: ((connection: CallerConnection<Client>) => void)[] = [];

  constructor(options: CallerConnectionsOptions<Client>) {
    this.#options = options;
  }

  /** Waits while all are in use. */
  async take(): Promise<CallerConnection<Client>> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#all.size < this.#options.maximum) return this.#open();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** @param connection outside any transaction. */
  give(connection: CallerConnection<Client>): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(connection);
    else next(connection);
  }

  /** @param run leaves no transaction open. */
  async use<Result>(run: (connection: CallerConnection<Client>) => Promise<Result>): Promise<Result> {
    const connection = await this.take();
    try {
      return await run(connection);
    } finally {
      this.give(connection);
    }
  }

  /** For one whose state is unknown. */
  async discard(connection: CallerConnection<Client>): Promise<void> {
    this.#all.delete(connection);
    this.#waiting.shift()?.(this.#open());
    await end(connection);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map(end));
  }

  #open(): CallerConnection<Client> {
    const { url, applicationName, createClient } = this.#options;
    const pool = new pg.Pool({
      connectionString: url,
      application_name: applicationName,
      options: SESSION_OPTIONS,
      max: 1,
      idleTimeoutMillis: IDLE_MILLISECONDS,
    });
    pool.on('error', () => undefined);
    const connection = { pool, prisma: createClient(new PrismaPg(pool)), connects: 0 };
    pool.on('connect', (client) => {
      connection.connects += 1;
      client.on('error', () => undefined);
    });
    this.#all.add(connection);
    return connection;
  }
}

async function end<Client extends Disconnectable>({ pool, prisma }: CallerConnection<Client>) {
  await prisma.$disconnect();
  if (!pool.ended) await pool.end();
}
