/**
 * What devices publish: readings in batches, stored before they are acknowledged and applied after; statuses.
 * Each reading is stored and applied once, under the shelf that its topic names or not at all. Readings are dropped with their day.
 */
import { newId } from '../../../platform/ids.js';
import { newTraceparent, type TraceContext, traceIdOf } from '../../../platform/trace.js';
import type { Level } from '../domain/records.js';
import type { Reading, Status } from '../domain/shelf-message.js';
import type { OwnStockDatabase } from './database.js';
import { levelsSchema } from './levels.js';

/** Batches that a sweep applies in one statement. */
export const BATCHES_A_SWEEP = 50;

export interface StoredReadings {
  readonly batchId: string;
  /** How many were new; with 0 there is no batch. */
  readonly stored: number;
  /** Readings whose shelf does not exist at the outlet that the topic names. */
  readonly unknown: readonly Reading[];
}

/** @param trace the trace that the batch begins. */
export async function insertReadings(
  { pool }: OwnStockDatabase,
  readings: readonly Reading[],
  trace: TraceContext = { traceparent: newTraceparent() },
): Promise<StoredReadings> {
  const batchId = newId();
  return storedReadings(
    batchId,
    readings,
    await pool.query<StoredRow>({
      name: 'store-readings',
      text: 'SELECT stored, unknown FROM store_readings($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      values: storedValues(batchId, readings, trace),
    }),
  );
}

/**
 * As `insertReadings`, of readings that arrived before and were not stored then: their boots get their place among those that the shelves
 * named before and since.
 */
export async function insertEarlierReadings(
  { pool }: OwnStockDatabase,
  readings: readonly Reading[],
  arrivedAt: Date,
  trace: TraceContext,
): Promise<StoredReadings> {
  const batchId = newId();
  return storedReadings(
    batchId,
    readings,
    await pool.query<StoredRow>({
      name: 'store-earlier-readings',
      text: 'SELECT stored, unknown FROM store_earlier_readings($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
      values: [...storedValues(batchId, readings, trace), arrivedAt],
    }),
  );
}

interface StoredRow {
  readonly stored: number;
  readonly unknown: readonly number[];
}

function storedValues(batchId: string, readings: readonly Reading[], { traceparent }: TraceContext) {
  return [
    batchId,
    traceIdOf(traceparent),
    readings.map(({ shelfId }) => shelfId),
    readings.map(({ outletId }) => outletId),
    readings.map(({ bootId }) => bootId),
    readings.map(({ seq }) => seq),
    readings.map(({ grams }) => grams),
    readings.map(({ at }) => at.toISOString()),
    readings.map(({ batteryPercent }) => batteryPercent),
  ];
}

function storedReadings(
  batchId: string,
  readings: readonly Reading[],
  { rows: [row] }: { readonly rows: readonly StoredRow[] },
): StoredReadings {
  const { stored, unknown } = row ?? { stored: 0, unknown: [] };
  return { batchId, stored, unknown: readings.filter((_, index) => unknown.includes(index + 1)) };
}

/** Moves the levels by the batches that have not been applied yet. */
export async function updateLevels(
  { pool }: OwnStockDatabase,
  batchIds: readonly string[],
): Promise<Level[]> {
  const { rows } = await pool.query<{ levels: unknown }>({
    name: 'apply-readings',
    text: 'SELECT levels FROM apply_readings($1)',
    values: [batchIds],
  });
  return levelsSchema.parse(rows[0]?.levels);
}

/**
 * Moves the levels by the weights that have stayed for their time, without a further reading of them.
 * @param now Default: by the database's clock, which readings arrive by.
 */
export async function settleShelves({ pool }: OwnStockDatabase, now: Date | null = null): Promise<Level[]> {
  const { rows } = await pool.query<{ levels: unknown }>({
    name: 'settle-shelves',
    text: 'SELECT levels FROM settle_shelves(coalesce($1, now()))',
    values: [now],
  });
  return levelsSchema.parse(rows[0]?.levels);
}

/** Batches stored more than ten seconds ago and not applied: their job was lost, or is late. Oldest first. */
export async function findPendingBatches({ pool }: OwnStockDatabase): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM reading_batch WHERE applied_at IS NULL AND received_at < now() - interval '10 seconds'
     ORDER BY received_at LIMIT ${BATCHES_A_SWEEP}`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Stores each shelf's last status of the batch. A retained one counts only where it differs from the last status: otherwise
 * it is the same message again, delivered for a new subscription.
 */
export async function updateStatuses({ pool }: OwnStockDatabase, statuses: readonly Status[]): Promise<void> {
  const last = [...new Map(statuses.map((status) => [status.shelfId, status])).values()];
  await pool.query({
    name: 'store-statuses',
    text: `
      WITH received AS (
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::boolean[])
          AS received (shelf_id, outlet_id, is_online, is_retained)
      ), locked AS (
        SELECT id FROM shelf WHERE id IN (SELECT shelf_id FROM received) ORDER BY id FOR UPDATE
      )
      UPDATE shelf SET is_online = received.is_online, status_at = now()
      FROM received JOIN locked ON locked.id = received.shelf_id
      WHERE shelf.id = received.shelf_id AND shelf.outlet_id = received.outlet_id
        AND NOT (received.is_retained AND shelf.is_online IS NOT DISTINCT FROM received.is_online)`,
    values: [
      last.map(({ shelfId }) => shelfId),
      last.map(({ outletId }) => outletId),
      last.map(({ isOnline }) => isOnline),
      last.map(({ isRetained }) => isRetained),
    ],
  });
}
