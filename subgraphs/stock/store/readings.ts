/** Middle steps: a message is kept before it is acknowledged, each reading once, under the shelf that it names or not at all. */

import { newId } from '../../../platform/ids.js';
import { newTraceparent, traceIdOf } from '../../../platform/trace.js';
import type { DeadLetter, Reading, Status } from '../ingest/message.js';
import type { StockDatabase } from './database.js';

/** Of what cannot be read, this much is kept. */
const KEPT_BYTES = 1_024;

export interface StoredReadings {
  readonly batchId: string;
  /** How many were new; 0: there is no batch. */
  readonly stored: number;
  /** Those whose shelf is not known at the outlet that the topic names. */
  readonly unknown: readonly Reading[];
}

export async function storeReadings(
  { pool }: StockDatabase,
  readings: readonly Reading[],
): Promise<StoredReadings> {
  const batchId = newId();
  const { rows } = await pool.query<{ stored: number; unknown: number[] }>({
    name: 'store-readings',
    text: 'SELECT stored, unknown FROM store_readings($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    values: [
      batchId,
      traceIdOf(newTraceparent()),
      readings.map(({ shelfId }) => shelfId),
      readings.map(({ outletId }) => outletId),
      readings.map(({ bootId }) => bootId),
      readings.map(({ seq }) => seq),
      readings.map(({ grams }) => grams),
      readings.map(({ at }) => at.toISOString()),
      readings.map(({ batteryPercent }) => batteryPercent),
    ],
  });
  const [{ stored, unknown } = { stored: 0, unknown: [] }] = rows;
  return { batchId, stored, unknown: readings.filter((_, index) => unknown.includes(index + 1)) };
}

/** The last of each shelf's in the batch stands. */
export async function storeStatuses({ pool }: StockDatabase, statuses: readonly Status[]): Promise<void> {
  const last = [...new Map(statuses.map((status) => [status.shelfId, status])).values()];
  await pool.query({
    name: 'store-statuses',
    text: `
      WITH said AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS said (shelf_id, outlet_id, is_online)),
      locked AS (
        SELECT id FROM shelf WHERE id IN (SELECT shelf_id FROM said) ORDER BY id FOR UPDATE
      )
      UPDATE shelf SET is_online = said.is_online
      FROM said JOIN locked ON locked.id = said.shelf_id
      WHERE shelf.id = said.shelf_id AND shelf.outlet_id = said.outlet_id`,
    values: [
      last.map(({ shelfId }) => shelfId),
      last.map(({ outletId }) => outletId),
      last.map(({ isOnline }) => isOnline),
    ],
  });
}

export async function storeDeadLetters(
  { prisma }: StockDatabase,
  letters: readonly DeadLetter[],
): Promise<void> {
  await prisma.deadLetter.createMany({
    data: letters.map(({ message, reason, detail }) => ({
      topic: printable(message.topic),
      payload: new Uint8Array(message.payload.subarray(0, KEPT_BYTES)),
      size: message.payload.byteLength,
      reason: detail === '' ? reason : printable(`${reason}: ${detail}`),
    })),
  });
}

/** As PostgreSQL's text can hold it. */
function printable(text: string): string {
  return text.replaceAll('\0', '�').slice(0, 1_000);
}
