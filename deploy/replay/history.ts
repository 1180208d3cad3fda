/**
 * Reads one subgraph's history and rows as they are at one moment: a read-only transaction, streamed by cursors, so that memory does not
 * grow with the history. Streams are sorted by key, hence joined as they come.
 */
import pg from 'pg';
import type { HistoryEvent } from './rebuild/history-event.js';

/** What has the same key. */
export interface Group<Item> {
  readonly key: string;
  readonly items: readonly Item[];
}

export interface Keyed {
  /** A UUID: cursors sort it by its bytes. */
  readonly key: string;
}

const FETCH_SIZE = 2_000;

export class Snapshot {
  readonly #client: pg.Client;
  #cursors = 0;

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  static async open(url: string): Promise<Snapshot> {
    const client = new pg.Client({ connectionString: url, application_name: 'kedai-replay' });
    await client.connect();
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // The first statement takes the snapshot.
    await client.query('SELECT 1');
    return new Snapshot(client);
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#client.query<Row>(sql, [...values])).rows;
  }

  /** @param rows what follows FROM. */
  async count(rows: string): Promise<number> {
    const [row] = await this.query<{ count: string }>(`SELECT count(*) FROM ${rows}`);
    return Number(row?.count);
  }

  async *stream<Row extends pg.QueryResultRow>(
    sql: string,
    values: readonly unknown[] = [],
  ): AsyncGenerator<Row, void, undefined> {
    this.#cursors += 1;
    const cursor = `cursor_${this.#cursors}`;
    await this.#client.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`, [...values]);
    for (;;) {
      const { rows } = await this.#client.query<Row>(`FETCH ${FETCH_SIZE} FROM ${cursor}`);
      yield* rows;
      if (rows.length < FETCH_SIZE) return;
    }
  }

  /** Events of these types, grouped by an SQL expression over the event, in the order of their versions. */
  events(types: readonly string[], by = 'aggregate_id'): AsyncGenerator<Group<HistoryEvent>> {
    return grouped(
      this.stream<HistoryEvent & Keyed>(
        `SELECT ${by} AS key, id, type, aggregate_id AS "aggregateId", aggregate_version AS "aggregateVersion",
                to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt",
                data - '{lines,requirements}'::text[] AS data
         FROM event_history WHERE type = ANY ($1) AND ${by} IS NOT NULL
         ORDER BY (${by}) COLLATE "C", aggregate_id, aggregate_version, id`,
        [types],
      ),
    );
  }

  /** What was published from this moment on is in the history: the log's beginning, or the oldest event that was there then. */
  async start(): Promise<Date> {
    const [row] = await this.query<{ start: Date }>(
      `SELECT least(
         (SELECT min(started_at) FROM _prisma_migrations WHERE migration_name LIKE '%\\_event\\_log'),
         (SELECT occurred_at FROM event_log ORDER BY id LIMIT 1),
         (SELECT occurred_at FROM outbox ORDER BY id LIMIT 1)) AS start`,
    );
    if (row === undefined) throw new Error('The database has no event log.');
    return row.start;
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}

async function* grouped<Item extends Keyed>(items: AsyncIterable<Item>): AsyncGenerator<Group<Item>> {
  let group: Item[] = [];
  for await (const item of items) {
    const [first] = group;
    if (first !== undefined && first.key !== item.key) {
      yield { key: first.key, items: group };
      group = [];
    }
    group.push(item);
  }
  const [first] = group;
  if (first !== undefined) yield { key: first.key, items: group };
}

/** Groups of several streams, as one stream. */
export async function* merged<Item>(...streams: AsyncGenerator<Group<Item>>[]): AsyncGenerator<Group<Item>> {
  const heads = await Promise.all(streams.map((stream) => stream.next()));
  for (;;) {
    const [key] = heads.flatMap((head) => (head.done ? [] : [head.value.key])).sort();
    if (key === undefined) return;
    const items: Item[] = [];
    for (const [index, head] of heads.entries()) {
      if (head.done || head.value.key !== key) continue;
      items.push(...head.value.items);
      const next = await streams[index]?.next();
      if (next !== undefined) heads[index] = next;
    }
    yield { key, items };
  }
}

/** Each key of either, with its row and its events. */
export async function* joined<Row extends Keyed>(
  rows: AsyncGenerator<Row>,
  events: AsyncGenerator<Group<HistoryEvent>>,
): AsyncGenerator<{
  readonly key: string;
  readonly row: Row | undefined;
  readonly events: readonly HistoryEvent[];
}> {
  let row = await rows.next();
  let group = await events.next();
  while (!row.done || !group.done) {
    const rowKey = row.done ? undefined : row.value.key;
    const eventKey = group.done ? undefined : group.value.key;
    const isRow = rowKey !== undefined && (eventKey === undefined || rowKey <= eventKey);
    const isEvents = eventKey !== undefined && (rowKey === undefined || eventKey <= rowKey);
    yield {
      key: (isRow ? rowKey : eventKey) ?? '',
      row: isRow && !row.done ? row.value : undefined,
      events: isEvents && !group.done ? group.value.items : [],
    };
    if (isRow) row = await rows.next();
    if (isEvents) group = await events.next();
  }
}
