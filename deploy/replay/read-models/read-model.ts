/**
 * A read model that can be rebuilt from the event history: tables of one subgraph's database, each with a pure function from an event to
 * rows, and a merge of rows that have the same key.
 */
import type { EventType } from '../../../platform/events/envelope.js';
import type { SubgraphName } from '../../../subgraphs/names.js';
import type { HistoryEvent } from '../rebuild/history-event.js';

export interface ReadModel {
  readonly name: string;
  /** In whose database the tables are, and the history that says what is in them. */
  readonly subgraph: SubgraphName;
  /** Raised when the functions below change: a rebuild that was begun by others starts over. */
  readonly revision: number;
  readonly types: readonly EventType[];
  /** In the order in which writers lock them. */
  readonly tables: readonly ReadModelTable[];
}

/** By column, as JSON has it. */
export type Row = Readonly<Record<string, string | number>>;

export interface ReadModelTable {
  readonly name: string;
  /** The columns of the primary key. */
  readonly key: readonly string[];
  /** What the event alone makes of the table. Of several rows with one key, all are merged. */
  rowsOf(event: HistoryEvent): Row[];
  /** Associative and commutative, since events are read in no guaranteed order: sums, or the row of the highest version. */
  merge(one: Row, other: Row): Row;
  /** Whether a row says no more than its absence. */
  isNothing(row: Row): boolean;
}

export function keyOf({ key }: ReadModelTable, row: Row): string {
  return key.map((column) => row[column]).join(' ');
}

/** The rows of a table by their keys, as these events make them. */
export function fold(table: ReadModelTable, events: Iterable<HistoryEvent>): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (const event of events) {
    for (const row of table.rowsOf(event)) {
      const key = keyOf(table, row);
      const known = rows.get(key);
      rows.set(key, known === undefined ? row : table.merge(known, row));
    }
  }
  return rows;
}
