/**
 * Maintains a subgraph's partitioned tables by the clock: makes the partitions to come, archives or drops those that are old, and
 * reports by metric and log what would end in an incident: no partition ahead, rows whose id is of no partition, old rows that are
 * still in use. The work is done by functions of the database (migration `partitions`); docs/partitions.md says what to do about
 * each report.
 */
import type { Pool } from 'pg';
import { type PollLoop, startPollLoop } from '../kit/poll-loop.js';
import type { Log } from '../log.js';
import { gauge } from '../metrics.js';

export interface PartitionRetention {
  /** Whole months that a family of tables remains in use before its partitions move to the archive. */
  readonly archiveAfterMonths: number;
  /** By family: whole days before partitions are dropped, for families whose past is not archived. */
  readonly dropAfterDays: Readonly<Record<string, number>>;
}

export interface PartitionReport {
  readonly name: string;
  readonly family: string;
  readonly past: 'archive' | 'drop';
  readonly periodsAhead: number;
  readonly defaultRows: number;
}

const POLL_INTERVAL_MILLISECONDS = 600_000;

const periodsAhead = gauge(
  'kedai_partitions_ahead',
  'Periods after the present one whose partition exists; -1 where the present one has none',
  ['source', 'table'],
);
const defaultRows = gauge(
  'kedai_partition_default_rows',
  'Rows whose id is of no partition: from a clock that was wrong',
  ['source', 'table'],
);
const rowsInUse = gauge(
  'kedai_partition_rows_in_use',
  'Rows past their retention that are neither archived nor dropped, because they are not finished',
  ['source', 'table'],
);

export function startPartitionMaintenance(
  pool: Pool,
  source: string,
  retention: PartitionRetention,
  log: Log,
): PollLoop {
  return startPollLoop({
    name: `${source}.partitions`,
    isMaintenance: true,
    intervalMilliseconds: POLL_INTERVAL_MILLISECONDS,
    log,
    async turn() {
      await maintainPartitions(pool, source, retention, log);
      return 'done';
    },
  });
}

/** One round. Concurrent rounds on a database wait for each other. */
export async function maintainPartitions(
  pool: Pool,
  source: string,
  retention: PartitionRetention,
  log: Log,
): Promise<void> {
  let tables: readonly PartitionReport[] = [];
  try {
    await pool.query('SELECT make_partitions()');
  } finally {
    tables = await partitionReport(pool);
    for (const table of tables) reportTable(table, source, log);
  }
  for (const [family, past] of new Map(tables.map((table) => [table.family, table.past]))) {
    const age = ageOf(past, family, retention);
    if (age !== null) await removePast(pool, source, family, past, age, log);
  }
  await pool.query('SELECT validate_foreign_keys()');
}

export async function partitionReport(pool: Pool): Promise<readonly PartitionReport[]> {
  const { rows } = await pool.query<Omit<PartitionReport, 'defaultRows'> & { defaultRows: string }>(
    `SELECT name, family, past, periods_ahead AS "periodsAhead", default_rows AS "defaultRows" FROM partition_report()`,
  );
  return rows.map((row) => ({ ...row, defaultRows: Number(row.defaultRows) }));
}

function reportTable(table: PartitionReport, source: string, log: Log): void {
  const labels = { source, table: table.name };
  periodsAhead.set(labels, table.periodsAhead);
  defaultRows.set(labels, table.defaultRows);
  if (table.periodsAhead < 1) log.error(labels, 'a table has no partition ahead: see docs/partitions.md');
  if (table.defaultRows > 0) {
    log.error(
      { ...labels, rows: table.defaultRows },
      'rows have ids of no partition, from a clock that was wrong: see docs/partitions.md',
    );
  }
}

/** How old partitions become in use, as a PostgreSQL interval; null for any age. */
function ageOf(past: PartitionReport['past'], family: string, retention: PartitionRetention): string | null {
  if (past === 'archive') return `${retention.archiveAfterMonths} months`;
  const days = retention.dropAfterDays[family];
  return days === undefined ? null : `${days} days`;
}

/** Archives or drops a family's partitions of that age, but those with rows that are not finished. */
async function removePast(
  pool: Pool,
  source: string,
  family: string,
  past: PartitionReport['past'],
  age: string,
  log: Log,
): Promise<void> {
  const { rows } = await pool.query<{ partition: string; inUse: string }>(
    `SELECT partition, in_use AS "inUse" FROM ${past}_partitions($1, now() - $2::interval)`,
    [family, age],
  );
  let inUse = 0;
  for (const row of rows) {
    const about = { family, partition: row.partition, past };
    inUse += Number(row.inUse);
    if (row.inUse === '0') log.info(about, 'old partition removed from use');
    else log.warn({ ...about, rows: Number(row.inUse) }, 'old partition not removed: it has unfinished rows');
  }
  rowsInUse.set({ source, table: family }, inUse);
}
