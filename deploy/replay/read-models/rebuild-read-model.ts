/**
 * Rebuilds a read model from the event history while the old one serves, and swaps them.
 *
 * Its tables are built in a schema of their own, in batches whose position is written with them: after a kill, the same call continues.
 * A trigger captures events from the beginning on, so each is either captured or was in the history before, however late its transaction
 * commits. When those are read, the captured ones are, until none is left; then both are compared in one snapshot. The swap locks the old
 * tables for the last events and a change of names: writers and readers wait for that moment, and go on with the new tables. Whatever
 * fails before that leaves the old tables as they are, and nothing else behind.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ADVISORY_LOCKS } from '../../../platform/sql/advisory-locks.js';
import { sqlFailureOf } from '../../../platform/sql/sql-failure.js';
import type { HistoryEvent } from '../rebuild/history-event.js';
import { fold, keyOf, type ReadModel, type ReadModelTable, type Row } from './read-model.js';
import { definitionOf, type TableDefinition } from './table-definition.js';

export interface RebuildOptions {
  /** The owner's URL of the subgraph's database. */
  readonly url: string;
  /** Compares, and leaves the old tables. Default false. */
  readonly isDryRun?: boolean;
  /** Ends it, as a failure does. */
  readonly signal?: AbortSignal;
  /** Called after each batch. */
  readonly report?: (progress: RebuildProgress) => void;
  /** Events read at once. Default 5,000. */
  readonly batchSize?: number;
}

export interface RebuildProgress {
  /** Events of the history that are read. */
  readonly done: number;
  /** Events that were in the history at the beginning. */
  readonly total: number;
}

export interface RebuildResult {
  readonly isSwapped: boolean;
  readonly tables: readonly TableComparison[];
}

export interface TableComparison {
  readonly table: string;
  readonly rows: number;
  readonly differing: number;
  /** The first that differ; null where there is no row. */
  readonly examples: readonly { readonly old: Row | null; readonly new: Row | null }[];
}

/** What is built here is nobody's to see: no role may use the schema. */
const SCHEMA = 'rebuild';
/** The old tables, within the transaction that swaps them. */
const FORMER_SCHEMA = 'rebuild_former';
const TRIGGER = 'capture_for_rebuild';

const BATCH_SIZE = 5_000;
const EXAMPLES = 10;
/** So long others may be made to wait behind a lock that is waited for. */
const LOCK_TIMEOUT_MILLISECONDS = 300;
const LOCK_ATTEMPTS = 200;
const PAUSE_MILLISECONDS = 200;

const EVENT_COLUMNS = `id, type, aggregate_id AS "aggregateId", aggregate_version AS "aggregateVersion", data,
  to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt"`;

/** @throws Error when another rebuild runs in the database, or the tables cannot be replaced. */
export async function rebuildReadModel(model: ReadModel, options: RebuildOptions): Promise<RebuildResult> {
  return withRebuild(options, async (client) => {
    try {
      const rebuild = new Rebuild(client, model, options);
      const result = await rebuild.run();
      await cleanUp(client);
      return result;
    } catch (error) {
      // On a connection that is lost it fails, too: the next call continues, or starts over.
      await client.query('ROLLBACK').catch(() => undefined);
      await cleanUp(client).catch(() => undefined);
      throw error;
    }
  });
}

/** Removes what a rebuild that was killed has left. */
export async function cancelRebuild(options: Pick<RebuildOptions, 'url'>): Promise<void> {
  await withRebuild(options, cleanUp);
}

async function withRebuild<Result>(
  { url }: Pick<RebuildOptions, 'url'>,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: url, application_name: 'kedai-rebuild' });
  // A lost connection fails the statement that needs it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
      ADVISORY_LOCKS.rebuild,
    ]);
    if (rows[0]?.locked !== true) throw new Error('Another rebuild is running in this database.');
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function cleanUp(client: pg.Client): Promise<void> {
  return withLocks(client, async () => {
    await client.query(`DROP TRIGGER IF EXISTS ${TRIGGER} ON outbox`);
    await client.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
  });
}

interface Position {
  /** The last event of the history that is read; null before the first. */
  readonly cursor: string | null;
  /** The last event of the history at the beginning; null where it was empty. */
  readonly until: string | null;
  readonly total: number;
  readonly done: number;
}

class Rebuild {
  readonly #client: pg.Client;
  readonly #model: ReadModel;
  readonly #options: RebuildOptions;
  readonly #definitions = new Map<ReadModelTable, TableDefinition>();

  constructor(client: pg.Client, model: ReadModel, options: RebuildOptions) {
    this.#client = client;
    this.#model = model;
    this.#options = options;
  }

  async run(): Promise<RebuildResult> {
    const { signal, isDryRun = false, batchSize = BATCH_SIZE } = this.#options;
    for (const table of this.#model.tables) {
      this.#definitions.set(table, await definitionOf(this.#client, table.name, SCHEMA));
    }
    let position = await this.#begin();
    while (position.cursor !== position.until) {
      signal?.throwIfAborted();
      position = await this.#readHistory(position, batchSize);
      this.#options.report?.(position);
    }
    await this.#readAllCaptured(batchSize);
    await this.#finishTables();
    await this.#readAllCaptured();
    const tables = await this.#compare();
    signal?.throwIfAborted();
    if (!isDryRun) await withLocks(this.#client, () => this.#swap());
    return { isSwapped: !isDryRun, tables };
  }

  /** Starts, or continues what a killed process has begun. */
  async #begin(): Promise<Position> {
    if (!(await this.#isBegun())) {
      await cleanUp(this.#client);
      await this.#createTables();
    }
    await withLocks(this.#client, async () => {
      const types = this.#model.types.map((type) => pg.escapeLiteral(type)).join(', ');
      await this.#client.query(
        `CREATE OR REPLACE TRIGGER ${TRIGGER} AFTER INSERT ON outbox FOR EACH ROW WHEN (NEW.type IN (${types}))
         EXECUTE FUNCTION ${SCHEMA}.capture_event()`,
      );
    });
    // Every transaction that the trigger has not seen has ended.
    await this.#client.query(
      `UPDATE ${SCHEMA}.position SET is_set = true, until = (SELECT id FROM event_history ORDER BY id DESC LIMIT 1),
         total = (SELECT count(*) FROM event_history) WHERE NOT is_set`,
    );
    return this.#position();
  }

  async #isBegun(): Promise<boolean> {
    const { rows: tables } = await this.#client.query<{ exists: boolean }>(
      'SELECT to_regclass($1) IS NOT NULL AS exists',
      [`${SCHEMA}.position`],
    );
    if (tables[0]?.exists !== true) return false;
    const { rowCount } = await this.#client.query(`SELECT FROM ${SCHEMA}.position WHERE fingerprint = $1`, [
      this.#fingerprint(),
    ]);
    return rowCount === 1;
  }

  /** Of everything that the tables' content and shape follow from. */
  #fingerprint(): string {
    const { name, revision, types } = this.#model;
    const definitions = [...this.#definitions.values()];
    return createHash('sha256').update(JSON.stringify({ name, revision, types, definitions })).digest('hex');
  }

  async #createTables(): Promise<void> {
    const created = [...this.#definitions.values()].map(({ create }) => create).join(';');
    await inTransaction(this.#client, async () => {
      await this.#client.query(`
        CREATE SCHEMA ${SCHEMA};
        ${created};
        CREATE TABLE ${SCHEMA}.captured (id uuid PRIMARY KEY, type text, aggregate_id text, aggregate_version int, data jsonb, occurred_at timestamptz);
        CREATE TABLE ${SCHEMA}.position (fingerprint text, is_set boolean, is_finished boolean, cursor uuid, until uuid, total bigint, done bigint);
        CREATE FUNCTION ${SCHEMA}.capture_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = ${SCHEMA}, pg_temp AS $$
        BEGIN
          INSERT INTO captured VALUES (NEW.id, NEW.type, NEW.aggregate_id, NEW.aggregate_version, NEW.data, NEW.occurred_at);
          RETURN NULL;
        END $$;
        REVOKE EXECUTE ON FUNCTION ${SCHEMA}.capture_event FROM PUBLIC`);
      await this.#client.query(`INSERT INTO ${SCHEMA}.position VALUES ($1, false, false, NULL, NULL, 0, 0)`, [
        this.#fingerprint(),
      ]);
    });
  }

  async #position(): Promise<Position> {
    const { rows } = await this.#client.query<{
      cursor: string | null;
      until: string | null;
      total: string;
      done: string;
    }>(`SELECT cursor, until, total, done FROM ${SCHEMA}.position`);
    const [row] = rows;
    if (row === undefined) throw new Error('Something else has removed the rebuild.');
    return { cursor: row.cursor, until: row.until, total: Number(row.total), done: Number(row.done) };
  }

  /** The next batch of what was there at the beginning. */
  async #readHistory({ cursor, until, total, done }: Position, batchSize: number): Promise<Position> {
    return inTransaction(this.#client, async () => {
      const { rows } = await this.#client.query<{ id: string; event: HistoryEvent | null }>(
        `SELECT id, CASE WHEN type = ANY ($3) AND NOT EXISTS (SELECT FROM ${SCHEMA}.captured WHERE captured.id = event.id)
           THEN to_jsonb(event) END AS event
         FROM (SELECT ${EVENT_COLUMNS} FROM event_history
               WHERE ($1::uuid IS NULL OR id > $1) AND id <= $2 ORDER BY id LIMIT ${batchSize}) AS event`,
        [cursor, until, this.#model.types],
      );
      await this.#apply(rows.flatMap(({ event }) => (event === null ? [] : [event])));
      const last = rows.length < batchSize ? until : (rows.at(-1)?.id ?? until);
      const position = { cursor: last, until, total, done: done + rows.length };
      await this.#client.query(`UPDATE ${SCHEMA}.position SET cursor = $1, done = $2`, [last, position.done]);
      return position;
    });
  }

  /** @param batchSize in one transaction; all that there are when left out. */
  async #readAllCaptured(batchSize?: number): Promise<void> {
    for (;;) {
      this.#options.signal?.throwIfAborted();
      const count = await inTransaction(this.#client, () => this.#readCaptured(batchSize));
      if (count < (batchSize ?? BATCH_SIZE)) return;
    }
  }

  async #readCaptured(batchSize?: number): Promise<number> {
    const limit =
      batchSize === undefined ? '' : `WHERE id IN (SELECT id FROM ${SCHEMA}.captured LIMIT ${batchSize})`;
    const { rows } = await this.#client.query<HistoryEvent>(
      `DELETE FROM ${SCHEMA}.captured ${limit} RETURNING ${EVENT_COLUMNS}`,
    );
    await this.#apply(rows);
    return rows.length;
  }

  async #apply(events: readonly HistoryEvent[]): Promise<void> {
    for (const table of this.#model.tables) {
      const rows = fold(table, events);
      if (rows.size === 0) continue;
      const known = await this.#rowsWithKeys(`${SCHEMA}.${table.name}`, table, [...rows.values()]);
      for (const row of known) {
        const key = keyOf(table, row);
        const added = rows.get(key);
        if (added === undefined) throw new Error(`${table.name} has another form of the key ${key}.`);
        rows.set(key, table.merge(row, added));
      }
      const columns = [...new Set([...rows.values()].flatMap(Object.keys))];
      const set = columns.map((column) => `${column} = EXCLUDED.${column}`).join(', ');
      await this.#client.query(
        `INSERT INTO ${SCHEMA}.${table.name} (${columns.join(', ')})
         SELECT ${columns.join(', ')} FROM jsonb_populate_recordset(NULL::${SCHEMA}.${table.name}, $1::jsonb)
         ON CONFLICT (${table.key.join(', ')}) DO UPDATE SET ${set}`,
        [JSON.stringify([...rows.values()])],
      );
    }
  }

  async #rowsWithKeys(source: string, table: ReadModelTable, rows: readonly Row[]): Promise<Row[]> {
    const { rows: found } = await this.#client.query<{ row: Row }>(
      `SELECT to_jsonb(present) AS row FROM ${source} AS present
       JOIN jsonb_populate_recordset(NULL::${source}, $1::jsonb) AS wanted USING (${table.key.join(', ')})`,
      [JSON.stringify(rows)],
    );
    return found.map(({ row }) => row);
  }

  async #finishTables(): Promise<void> {
    await inTransaction(this.#client, async () => {
      const { rowCount } = await this.#client.query(
        `UPDATE ${SCHEMA}.position SET is_finished = true WHERE NOT is_finished`,
      );
      if (rowCount === 0) return;
      for (const { finish } of this.#definitions.values()) {
        for (const statement of finish) await this.#client.query(statement);
      }
    });
    for (const { name } of this.#model.tables) await this.#client.query(`ANALYZE ${SCHEMA}.${name}`);
  }

  /** As of one moment: events that were captured and not read by then count as read. */
  async #compare(): Promise<TableComparison[]> {
    await this.#client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      const { rows: pending } = await this.#client.query<HistoryEvent>(
        `SELECT ${EVENT_COLUMNS} FROM ${SCHEMA}.captured`,
      );
      const comparisons: TableComparison[] = [];
      for (const table of this.#model.tables) comparisons.push(await this.#compareTable(table, pending));
      return comparisons;
    } finally {
      await this.#client.query('ROLLBACK');
    }
  }

  async #compareTable(table: ReadModelTable, pending: readonly HistoryEvent[]): Promise<TableComparison> {
    const { name, key } = table;
    const notRead = fold(table, pending);
    const { rows: counted } = await this.#client.query<{ count: string }>(
      `SELECT count(*) FROM ${SCHEMA}.${name}`,
    );
    const cursor = `differences_of_${name}`;
    await this.#client.query(
      `DECLARE ${cursor} NO SCROLL CURSOR FOR
       SELECT to_jsonb(former) AS old, to_jsonb(next) AS new FROM public.${name} AS former FULL JOIN ${SCHEMA}.${name} AS next
       USING (${key.join(', ')})
       WHERE to_jsonb(former) IS DISTINCT FROM to_jsonb(next) OR (${key.join(', ')}) IN
         (SELECT ${key.join(', ')} FROM jsonb_populate_recordset(NULL::${SCHEMA}.${name}, $1::jsonb))`,
      [JSON.stringify([...notRead.values()])],
    );
    const examples: { old: Row | null; new: Row | null }[] = [];
    let differing = 0;
    const compare = (old: Row | null, read: Row | null, key: string) => {
      const late = notRead.get(key);
      notRead.delete(key);
      const next = late === undefined ? read : read === null ? late : table.merge(read, late);
      if (isSame(table, old, next)) return;
      differing += 1;
      if (examples.length < EXAMPLES) examples.push({ old, new: next });
    };
    for (;;) {
      const { rows } = await this.#client.query<{ old: Row | null; new: Row | null }>(
        `FETCH ${BATCH_SIZE} FROM ${cursor}`,
      );
      for (const row of rows) compare(row.old, row.new, keyOf(table, row.old ?? row.new ?? {}));
      if (rows.length < BATCH_SIZE) break;
    }
    for (const [key] of [...notRead]) compare(null, null, key);
    return { table: name, rows: Number(counted[0]?.count), differing, examples };
  }

  /** Within a transaction: all that is said here happens at its commit. */
  async #swap(): Promise<void> {
    const client = this.#client;
    const names = this.#model.tables.map(({ name }) => `public.${name}`).join(', ');
    await client.query(`LOCK TABLE ${names} IN ACCESS EXCLUSIVE MODE`);
    // Writers of events of these types write the tables, too: there are no further ones.
    await this.#readCaptured();
    await client.query(`CREATE SCHEMA ${FORMER_SCHEMA}`);
    for (const { name } of this.#model.tables) {
      await client.query(`ALTER TABLE public.${name} SET SCHEMA ${FORMER_SCHEMA}`);
    }
    for (const [{ name }, { triggers }] of this.#definitions) {
      for (const statement of triggers) await client.query(statement);
      await client.query(`ALTER TABLE ${SCHEMA}.${name} SET SCHEMA public`);
    }
    for (const { views } of this.#definitions.values()) {
      for (const statement of views) await client.query(statement);
    }
    for (const { name } of this.#model.tables) await client.query(`DROP TABLE ${FORMER_SCHEMA}.${name}`);
    await client.query(`DROP SCHEMA ${FORMER_SCHEMA}`);
    await client.query(`DELETE FROM ${SCHEMA}.position`);
  }
}

function isSame(table: ReadModelTable, old: Row | null, next: Row | null): boolean {
  const [one, other] = [old, next].map((row) => (row === null || table.isNothing(row) ? null : row));
  if (!one || !other) return one === other;
  return Object.keys(one).every((column) => one[column] === other[column]);
}

async function inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** In a transaction that gives way to others when a lock is not to be had at once, and tries again. */
async function withLocks(client: pg.Client, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await inTransaction(client, async () => {
        await client.query(`SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MILLISECONDS}`);
        await work();
      });
      return;
    } catch (error) {
      if (!isLockRefused(error) || attempt === LOCK_ATTEMPTS) throw error;
      await sleep(PAUSE_MILLISECONDS);
    }
  }
}

/** `lock_not_available`, `deadlock_detected` */
function isLockRefused(error: unknown): boolean {
  const state = sqlFailureOf(error)?.sqlState;
  return state === '55P03' || state === '40P01';
}
