/**
 * Tills, what goes in and out of them, and what was counted. Work that adds to a till shares its lock, and its close takes it alone: what
 * was added before the close is counted by it, and nothing is added afterwards.
 */
import type { Scope } from '../../../platform/identity/identity.js';
import { isId, newId } from '../../../platform/ids.js';
import { readIdPage } from '../../../platform/kit/id-page.js';
import type { CountedConnection, Page } from '../../../platform/kit/paging.js';
import type { RequestedPlace } from '../../../platform/kit/requested-place.js';
import { coveredSql, type TenantRow } from '../../../platform/kit/tenant-scope.js';
import type { PaymentMethod } from '../domain/methods.js';
import type { Payment, Refund } from '../domain/records.js';
import type { Till, TillCount, TillMovement, TillMovementKind } from '../domain/till.js';
import type { Transaction, WithPool } from './database.js';

const COLUMNS = `till.id, till.outlet_id AS "outletId", till.franchise_id AS "franchiseId", drawer, "float"::float8 AS "float",
  opened_by AS "openedBy", opened_at AS "openedAt", closed_by AS "closedBy", closed_at AS "closedAt",
  ("float" + coalesce((SELECT sum(amount) FROM till_movement WHERE till_id = till.id), 0))::float8 AS "expectedCash"`;

const MOVEMENT_COLUMNS = `id, till_id AS "tillId", kind::text AS kind, amount::float8 AS amount, payment_id AS "paymentId", reason,
  recorded_by AS "recordedBy", recorded_at AS "recordedAt"`;

export type NewTill = Pick<Till, 'id' | 'outletId' | 'franchiseId' | 'drawer' | 'float' | 'openedBy'>;

/** @throws unique violation of `till_open` where the drawer's till is open. */
export async function insertTill(tx: Transaction, till: NewTill): Promise<void> {
  await tx.till.create({ data: { ...till, float: BigInt(till.float) } });
}

/** Those within the scope, in any order. */
export async function findTills({ pool }: WithPool, scope: Scope, ids: readonly string[]): Promise<Till[]> {
  const covered = coveredSql(scope, { after: 1 });
  const { rows } = await pool.query<Till>(
    `SELECT ${COLUMNS} FROM till WHERE id = ANY ($1::uuid[]) AND ${covered.condition}`,
    [ids.filter(isId), ...covered.values],
  );
  return rows;
}

export interface TillFilter extends RequestedPlace {
  /** Null for all. */
  readonly isOpen: boolean | null;
}

/** Newest first. */
export function findTillPage(
  database: WithPool,
  scope: Scope,
  { outletId, franchiseId, isOpen }: TillFilter,
  page: Page,
): Promise<CountedConnection<Till>> {
  const covered = coveredSql(scope, { after: 3 });
  const from = `till WHERE ($1::uuid IS NULL OR outlet_id = $1) AND ($2::uuid IS NULL OR franchise_id = $2)
    AND ($3::boolean IS NULL OR (closed_at IS NULL) = $3) AND ${covered.condition}`;
  const values = [outletId, franchiseId, isOpen, ...covered.values];
  return readIdPage<Till>(database, { columns: COLUMNS, from, values }, page);
}

/** What went in and out of a till that the caller has read already, oldest first. */
export function findTillMovementPage(
  database: WithPool,
  tillId: string,
  page: Page,
): Promise<CountedConnection<TillMovement>> {
  const list = { columns: MOVEMENT_COLUMNS, from: 'till_movement WHERE till_id = $1', values: [tillId] };
  return readIdPage<TillMovement>(database, list, page, 'asc');
}

/** Of tills that the caller has read already. */
export async function findTillCounts({ pool }: WithPool, tillIds: readonly string[]): Promise<TillCount[]> {
  const { rows } = await pool.query<TillCount>(
    `SELECT till_id AS "tillId", method::text AS method, expected::float8 AS expected, counted::float8 AS counted
     FROM till_count WHERE till_id = ANY ($1::uuid[]) ORDER BY till_id, method`,
    [tillIds],
  );
  return rows;
}

/** The tills that payments were taken into, by payment: those of the caller's tenants. */
export async function findTillIdsOfPayments(
  { pool }: WithPool,
  paymentIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await pool.query<{ paymentId: string; tillId: string }>(
    `SELECT subject_id AS "paymentId", till_id AS "tillId" FROM till_movement WHERE kind = 'PAYMENT' AND subject_id = ANY ($1::uuid[])`,
    [paymentIds],
  );
  return new Map(rows.map(({ paymentId, tillId }) => [paymentId, tillId]));
}

/** Null for one that there is not. Nothing is added to it until the transaction ends. */
export async function lockTill(tx: Transaction, id: string): Promise<Till | null> {
  await tx.$executeRawUnsafe('SELECT FROM till WHERE id = $1::uuid FOR UPDATE', id);
  // A statement of its own: it sees what was added while the lock was waited for.
  const [till] = await tx.$queryRawUnsafe<Till[]>(`SELECT ${COLUMNS} FROM till WHERE id = $1::uuid`, id);
  return till ?? null;
}

export async function findCountsOfLocked(tx: Transaction, tillId: string): Promise<TillCount[]> {
  const rows = await tx.tillCount.findMany({ where: { tillId } });
  return rows.map(({ method, expected, counted }) => ({
    ...{ tillId, method, expected: Number(expected) },
    counted: counted === null ? null : Number(counted),
  }));
}

/** The counts are written while it is open: what is closed never changes. */
export async function updateTillClosed(
  tx: Transaction,
  till: Till,
  closedBy: string,
  closedAt: Date,
  counts: readonly Omit<TillCount, 'tillId'>[],
): Promise<void> {
  const { id: tillId, outletId, franchiseId } = till;
  await tx.tillCount.createMany({
    data: counts.map(({ method, expected, counted }) => ({
      ...{ tillId, outletId, franchiseId, method },
      expected: BigInt(expected),
      counted: counted === null ? null : BigInt(counted),
    })),
  });
  await tx.till.updateMany({ where: { id: tillId }, data: { closedBy, closedAt } });
}

export interface NewTillMovement {
  readonly kind: TillMovementKind;
  /** Below zero for what goes out. */
  readonly amount: number;
  /** The payment or refund; null for cash that is put in or taken out by hand. */
  readonly subjectId: string | null;
  readonly paymentId: string | null;
  readonly reason: string | null;
  readonly recordedBy: string | null;
}

export async function insertTillMovement(
  tx: Transaction,
  { id: tillId, outletId, franchiseId }: Pick<Till, 'id' | 'outletId' | 'franchiseId'>,
  movement: NewTillMovement,
  id = newId(),
): Promise<void> {
  await tx.tillMovement.create({
    data: { ...movement, id, tillId, outletId, franchiseId, amount: BigInt(movement.amount) },
  });
}

/** Cash that was captured goes into the till of the person who confirmed it, else into the one that was opened first; into none where none is open. */
export async function insertCashCaptured(
  tx: Transaction,
  payment: Payment,
  recordedBy: string,
): Promise<void> {
  const till = await shareOpenTill(tx, payment, { openedBy: recordedBy, paymentId: null });
  if (till === null) return;
  const { id: paymentId, amount } = payment;
  const movement = { kind: 'PAYMENT', amount, subjectId: paymentId, paymentId, reason: null } as const;
  await insertTillMovement(tx, till, { ...movement, recordedBy });
}

/** Cash that goes back comes out of a till that is open now: of the drawer that it went into, else of the one that was opened first. */
export async function insertCashRefunded(
  tx: Transaction,
  payment: Payment,
  { id: subjectId, amount }: Refund,
): Promise<void> {
  const till = await shareOpenTill(tx, payment, { openedBy: null, paymentId: payment.id });
  if (till === null) return;
  await insertTillMovement(tx, till, {
    ...{ kind: 'REFUND', amount: -amount, subjectId, paymentId: payment.id, reason: null, recordedBy: null },
  });
}

/** A till that is closed while its lock is waited for is found no more: then another is looked for, once. */
async function shareOpenTill(
  tx: Transaction,
  { outletId, franchiseId }: TenantRow,
  { openedBy, paymentId }: { readonly openedBy: string | null; readonly paymentId: string | null },
): Promise<Pick<Till, 'id' | 'outletId' | 'franchiseId'> | null> {
  if (outletId == null) return null;
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const [found] = await tx.$queryRawUnsafe<{ id: string }[]>(
      `SELECT id FROM till WHERE outlet_id = $1::uuid AND closed_at IS NULL
       ORDER BY opened_by IS DISTINCT FROM $2::uuid,
         drawer IS DISTINCT FROM (SELECT taken.drawer FROM till_movement JOIN till AS taken ON taken.id = till_id
                                  WHERE kind = 'PAYMENT' AND subject_id = $3::uuid), id
       LIMIT 1 FOR SHARE OF till`,
      outletId,
      openedBy,
      paymentId,
    );
    if (found !== undefined) return { id: found.id, outletId, franchiseId };
  }
  return null;
}

/** What the outlet's ledger says was captured less refunded by each method but cash, from a moment on. */
export async function findExpectedByMethod(
  tx: Transaction,
  { outletId, openedAt }: Pick<Till, 'outletId' | 'openedAt'>,
  firstId: string,
): Promise<Map<PaymentMethod, number>> {
  const rows = await tx.$queryRawUnsafe<{ method: PaymentMethod; amount: number }[]>(
    `SELECT method::text AS method, sum(entry.amount)::float8 AS amount
     FROM ledger_transaction AS booking JOIN ledger_entry AS entry ON entry.transaction_id = booking.id
     WHERE booking.outlet_id = $1::uuid AND booking.booked_at >= $2::timestamptz AND booking.id >= $3::uuid
       AND entry.transaction_id >= $3::uuid AND booking.provider <> 'CASH' AND booking.reason IN ('CAPTURE', 'REFUND')
       AND entry.account IN ('MIDTRANS_CLEARING', 'XENDIT_CLEARING')
     GROUP BY 1`,
    outletId,
    openedAt,
    firstId,
  );
  return new Map(rows.map(({ method, amount }) => [method, amount]));
}
