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
  readonly dropAfterDays?: Readonly<Record<string, number>>;
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
const unarchivedRows = gauge(
  'kedai_partition_rows_in_use',
  'Rows past their retention that are not archived, because they are not finished',
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
  try {
    await pool.query('SELECT make_partitions()');
  } finally {
    for (const table of await partitionReport(pool)) reportTable(table, source, log);
  }
  const families = new Map((await partitionReport(pool)).map(({ family, past }) => [family, past]));
  for (const [family, past] of families) {
    if (past === 'archive') await archive(pool, source, family, retention.archiveAfterMonths, log);
    else await drop(pool, family, retention.dropAfterDays?.[family], log);
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

async function archive(pool: Pool, source: string, family: string, months: number, log: Log): Promise<void> {
  const { rows } = await pool.query<{ partition: string; inUse: string }>(
    `SELECT partition, in_use AS "inUse" FROM archive_partitions($1, now() - make_interval(months => $2))`,
    [family, months],
  );
  let inUse = 0;
  for (const row of rows) {
    inUse += Number(row.inUse);
    if (row.inUse === '0') log.info({ family, partition: row.partition }, 'partition archived');
    else {
      log.warn(
        { family, partition: row.partition, rows: Number(row.inUse) },
        'partition not archived: it has rows that are not finished',
      );
    }
  }
  unarchivedRows.set({ source, table: family }, inUse);
}

async function drop(pool: Pool, family: string, days: number | undefined, log: Log): Promise<void> {
  if (days === undefined) return;
  const { rows } = await pool.query<{ partition: string }>(
    'SELECT * FROM drop_partitions($1, now() - make_interval(days => $2)) AS partition',
    [family, days],
  );
  for (const { partition } of rows) log.info({ family, partition }, 'partition dropped');
}
