/** Schedules: their owner's, and those of the places where the caller manages schedules. */
import type { Scope } from '../../../../platform/identity/identity.js';
import { readIdPage } from '../../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../../platform/kit/paging.js';
import { visibleSql } from '../../../../platform/kit/tenant-scope.js';
import type { Schedule } from '../../domain/schedule/schedule.js';
import type { MessagesDatabase, OwnMessagesDatabase, Transaction } from '../database.js';

const PRUNED_AT_ONCE = 1_000;

export const SCHEDULE_COLUMNS = `schedule.id, schedule.customer_id AS "ownerId", schedule.franchise_id AS "franchiseId",
  schedule.outlet_id AS "outletId", schedule.name, schedule.action, schedule.rule, schedule.time_zone AS "timeZone", schedule.missed,
  schedule.anchor, schedule.next_run_at AS "nextRunAt", schedule.paused_at AS "pausedAt", schedule.failing_since AS "failingSince",
  schedule.created_at AS "createdAt"`;

/** Newest first. */
export function findSchedulePage(
  database: MessagesDatabase,
  scope: Scope,
  page: Page,
): Promise<CountedConnection<Schedule>> {
  const { condition, values } = visibleSql(scope, { after: 0, table: 'schedule' });
  const list = { columns: SCHEDULE_COLUMNS, from: `schedule WHERE ${condition}`, values };
  return readIdPage<Schedule>(database, list, page);
}

/** Locked for a change by the caller; null for one that is neither the caller's nor of the scope. */
export async function findScheduleForUpdate(
  tx: Transaction,
  scope: Scope,
  id: string,
): Promise<Schedule | null> {
  const { condition, values } = visibleSql(scope, { after: 1, table: 'schedule' });
  const rows = await tx.$queryRawUnsafe<Schedule[]>(
    `SELECT ${SCHEDULE_COLUMNS} FROM schedule WHERE id = $1::uuid AND ${condition} FOR UPDATE`,
    id,
    ...values,
  );
  return rows[0] ?? null;
}

export async function findSchedule(tx: Transaction, id: string): Promise<Schedule | null> {
  const rows = await tx.$queryRawUnsafe<Schedule[]>(
    `SELECT ${SCHEDULE_COLUMNS} FROM schedule WHERE id = $1::uuid`,
    id,
  );
  return rows[0] ?? null;
}

export function countSchedulesOf(tx: Transaction, ownerId: string): Promise<number> {
  return tx.schedule.count({ where: { customerId: ownerId } });
}

export type NewSchedule = Omit<Schedule, 'pausedAt' | 'failingSince' | 'createdAt'>;

export async function insertSchedule(tx: Transaction, { ownerId, ...schedule }: NewSchedule): Promise<void> {
  await tx.schedule.create({ data: { ...schedule, customerId: ownerId } });
}

export type ScheduleChange = Partial<
  Omit<Schedule, 'id' | 'ownerId' | 'action' | 'failingSince' | 'createdAt'>
>;

export async function updateSchedule(tx: Transaction, id: string, change: ScheduleChange): Promise<void> {
  await tx.schedule.update({ where: { id }, data: change });
}

export async function deleteScheduleRow(tx: Transaction, id: string): Promise<void> {
  await tx.$executeRawUnsafe('DELETE FROM schedule WHERE id = $1::uuid', id);
}

/** Those that were created while their owner's account was being deleted. */
export async function pruneOwnerless({ pool }: Pick<OwnMessagesDatabase, 'pool'>): Promise<boolean> {
  const { rowCount } = await pool.query(
    `DELETE FROM schedule WHERE id IN
       (SELECT id FROM schedule JOIN erased_customer USING (customer_id) LIMIT ${PRUNED_AT_ONCE})`,
  );
  return rowCount === PRUNED_AT_ONCE;
}
