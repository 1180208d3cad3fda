/** Runs of schedules: one for each due time. They are claimed by one process each, and end once. */
import { z } from 'zod';
import { ROLES } from '../../../../platform/identity/identity.js';
import { readIdPage } from '../../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import type { RunResult, Schedule, ScheduleRun } from '../../domain/schedule/schedule.js';
import type { MessagesDatabase, OwnMessagesDatabase, Transaction } from '../database.js';
import { SCHEDULE_COLUMNS } from './schedules.js';

const PRUNED_AT_ONCE = 1_000;
const COLUMNS = `id, due_at AS "dueAt", started_at AS "startedAt", ended_at AS "endedAt", outcome, failure`;

/** Newest first. */
export function findRunPage(
  database: MessagesDatabase,
  scheduleId: string,
  page: Page,
): Promise<CountedConnection<ScheduleRun>> {
  const from = 'schedule_run WHERE schedule_id = $1::uuid';
  return readIdPage<ScheduleRun>(database, { columns: COLUMNS, from, values: [scheduleId] }, page);
}

/** Whether a run waits or is under way. */
export async function hasOpenRun(tx: Transaction, scheduleId: string): Promise<boolean> {
  return (await tx.scheduleRun.count({ where: { scheduleId, endedAt: null } })) > 0;
}

export interface NewRun {
  readonly id: string;
  readonly scheduleId: string;
  readonly dueAt: Date;
}

/** A run that waits for its start. */
export async function insertRun(tx: Transaction, { id, scheduleId, dueAt }: NewRun): Promise<ScheduleRun> {
  await tx.$executeRawUnsafe(
    'INSERT INTO schedule_run (id, schedule_id, due_at) VALUES ($1::uuid, $2::uuid, $3::timestamptz)',
    ...[id, scheduleId, dueAt.toISOString()],
  );
  return { id, dueAt, startedAt: null, endedAt: null, outcome: null, failure: null };
}

export interface PlannedRun extends NewRun {
  /** What it ends as at once; null where it is to be run. */
  readonly ended: { readonly outcome: 'SKIPPED' } | Extract<RunResult, { outcome: 'FAILED' }> | null;
}

/** Each due time once, however often it is planned. */
export async function insertPlannedRuns(tx: Transaction, runs: readonly PlannedRun[]): Promise<void> {
  if (runs.length === 0) return;
  const rows = runs.map(({ ended, ...run }) => ({ ...run, ...ended }));
  await tx.$executeRawUnsafe(
    `INSERT INTO schedule_run (id, schedule_id, due_at, ended_at, outcome, failure)
     SELECT id, "scheduleId", "dueAt", CASE WHEN outcome IS NOT NULL THEN now() END, outcome::"ScheduleOutcome", failure
     FROM jsonb_to_recordset($1::jsonb) AS run (id uuid, "scheduleId" uuid, "dueAt" timestamptz, outcome text, failure text)
     ON CONFLICT (schedule_id, due_at) DO NOTHING`,
    JSON.stringify(rows),
  );
}

/** How long a run may be under way. */
const PATIENCE = `interval '24 hours'`;

export interface SchedulerWork {
  readonly isDue: boolean;
  readonly isWaiting: boolean;
  readonly isOverdue: boolean;
}

/** Whether there is anything to plan, to begin and to end: one look, which locks nothing. */
export async function findSchedulerWork({ pool }: Pick<OwnMessagesDatabase, 'pool'>): Promise<SchedulerWork> {
  const { rows } = await pool.query<SchedulerWork>({
    name: 'scheduler-work',
    text: `SELECT EXISTS (SELECT FROM schedule WHERE paused_at IS NULL AND next_run_at <= now()) AS "isDue",
      EXISTS (SELECT FROM schedule_run AS run JOIN schedule ON schedule.id = run.schedule_id JOIN account_roles USING (customer_id)
              WHERE run.started_at IS NULL AND run.ended_at IS NULL) AS "isWaiting",
      EXISTS (SELECT FROM schedule_run WHERE started_at < now() - ${PATIENCE} AND ended_at IS NULL) AS "isOverdue"`,
  });
  return rows[0] ?? { isDue: false, isWaiting: false, isOverdue: false };
}

/** Schedules that are due, by the database's clock, each locked for one process; and what that clock says. */
export async function claimDueSchedules(
  tx: Transaction,
  limit: number,
): Promise<(Schedule & { readonly nextRunAt: Date; readonly now: Date })[]> {
  return tx.$queryRawUnsafe(
    `SELECT ${SCHEDULE_COLUMNS}, now() FROM schedule
     WHERE paused_at IS NULL AND next_run_at <= now() ORDER BY next_run_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
    limit,
  );
}

export interface NextRun {
  readonly id: string;
  readonly nextRunAt: Date | null;
}

export async function updateNextRuns(tx: Transaction, schedules: readonly NextRun[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE schedule SET next_run_at = "nextRunAt"
     FROM jsonb_to_recordset($1::jsonb) AS given (id uuid, "nextRunAt" timestamptz) WHERE schedule.id = given.id`,
    JSON.stringify(schedules),
  );
}

const roles = z.array(
  z.object({
    role: z.enum(ROLES),
    outletId: z.string().nullable(),
    franchiseId: z.string().nullable(),
  }),
);

/** A run with its schedule, and the roles that the owner holds. */
export interface OwnedRun {
  readonly runId: string;
  readonly dueAt: Date;
  readonly schedule: Schedule;
  readonly roles: z.output<typeof roles>;
}

interface OwnedRunRow extends Schedule {
  readonly runId: string;
  readonly dueAt: Date;
  readonly roles: unknown;
}

const OWNED_RUN = `SELECT run.id AS "runId", run.due_at AS "dueAt", account_roles.roles, ${SCHEDULE_COLUMNS}
  FROM schedule_run AS run JOIN schedule ON schedule.id = run.schedule_id JOIN account_roles USING (customer_id)`;

function ownedRun({ runId, dueAt, roles: held, ...schedule }: OwnedRunRow): OwnedRun {
  return { runId, dueAt, schedule, roles: roles.parse(held) };
}

/** Runs that wait for their start, each locked for one process; those of an owner whose roles are not known here yet wait on. */
export async function claimWaitingRuns(tx: Transaction, limit: number): Promise<OwnedRun[]> {
  const rows = await tx.$queryRawUnsafe<OwnedRunRow[]>(
    `${OWNED_RUN} WHERE run.started_at IS NULL AND run.ended_at IS NULL
     ORDER BY run.due_at, run.id LIMIT $1 FOR UPDATE OF run SKIP LOCKED`,
    limit,
  );
  return rows.map(ownedRun);
}

export async function updateStarted(tx: Transaction, runIds: readonly string[]): Promise<void> {
  await tx.$executeRawUnsafe(
    'UPDATE schedule_run SET started_at = now() WHERE id = ANY ($1::uuid[])',
    runIds,
  );
}

/** One that is under way, locked; null where it has ended, or its schedule is gone. */
export async function findRunUnderWay(tx: Transaction, runId: string): Promise<OwnedRun | null> {
  const rows = await tx.$queryRawUnsafe<OwnedRunRow[]>(
    `${OWNED_RUN} WHERE run.id = $1::uuid AND run.ended_at IS NULL FOR UPDATE OF run`,
    runId,
  );
  const [row] = rows;
  return row === undefined ? null : ownedRun(row);
}

/** Those that began a day ago and have not ended, locked. */
export async function claimOverdueRuns(tx: Transaction, limit: number): Promise<OwnedRun[]> {
  const rows = await tx.$queryRawUnsafe<OwnedRunRow[]>(
    `${OWNED_RUN} WHERE run.started_at < now() - ${PATIENCE} AND run.ended_at IS NULL
     ORDER BY run.started_at LIMIT $1 FOR UPDATE OF run SKIP LOCKED`,
    limit,
  );
  return rows.map(ownedRun);
}

export async function updateEnded(tx: Transaction, runId: string, result: RunResult): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE schedule_run SET started_at = COALESCE(started_at, now()), ended_at = now(), outcome = $2::"ScheduleOutcome", failure = $3
     WHERE id = $1::uuid AND ended_at IS NULL`,
    ...[runId, result.outcome, result.outcome === 'FAILED' ? result.failure : null],
  );
}

/** Notes that a run failed. @returns whether the one before had not. */
export async function updateFailing(tx: Transaction, scheduleId: string): Promise<boolean> {
  const changed = await tx.$executeRawUnsafe(
    'UPDATE schedule SET failing_since = now() WHERE id = $1::uuid AND failing_since IS NULL',
    scheduleId,
  );
  return changed === 1;
}

export async function updateSucceeding(tx: Transaction, scheduleId: string): Promise<void> {
  await tx.$executeRawUnsafe(
    'UPDATE schedule SET failing_since = NULL WHERE id = $1::uuid AND failing_since IS NOT NULL',
    scheduleId,
  );
}

/** Deletes runs that ended so long ago, a limited number at a time. @returns whether there may be more of them. */
export async function pruneRuns({ pool }: Pick<OwnMessagesDatabase, 'pool'>, days: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM schedule_run WHERE id IN
       (SELECT id FROM schedule_run WHERE ended_at < now() - make_interval(days => $1) ORDER BY ended_at LIMIT ${PRUNED_AT_ONCE})`,
    [days],
  );
  return rowCount === PRUNED_AT_ONCE;
}
