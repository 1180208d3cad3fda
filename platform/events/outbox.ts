/** Writes events into a subgraph's `outbox` in the transaction of the change that they report. */
import { newId } from '../ids.js';
import type { SqlTransaction } from '../sql/sql-transaction.js';
import { traceFields } from '../trace.js';
import type { Cause, EventMetadata, EventType, NewEvent } from './envelope.js';
import { FREE_TEXT_FIELDS } from './event-types.js';

/** A row of `outbox`, as every subgraph's Prisma schema declares it. */
export interface OutboxRow {
  readonly id: string;
  readonly type: EventType;
  readonly version: number;
  readonly source: string;
  readonly occurredAt: Date;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly data: NewEvent['data'];
  readonly metadata: EventMetadata;
}

/** @param confirmTo see `EventMetadata`. */
export function outboxRow(source: string, event: NewEvent, cause: Cause, confirmTo?: string): OutboxRow {
  const metadata = { correlationId: cause.correlationId, ...traceFields(cause) };
  return {
    id: newId(),
    type: event.type,
    version: 1,
    source,
    occurredAt: new Date(),
    aggregateId: event.aggregateId,
    aggregateVersion: event.aggregateVersion,
    data: event.data,
    metadata: confirmTo === undefined ? metadata : { ...metadata, confirmTo },
  };
}

/** Erases what people wrote in events of these customers that have not left the outbox yet. */
export async function eraseFreeText(tx: SqlTransaction, customerIds: readonly string[]): Promise<void> {
  await tx.$executeRawUnsafe(
    `UPDATE outbox SET data = data - $1::text[] WHERE data ?| $1::text[] AND data->>'customerId' = ANY ($2::text[])`,
    FREE_TEXT_FIELDS,
    customerIds,
  );
}

export async function writeOutbox(tx: SqlTransaction, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRawUnsafe(
    `INSERT INTO outbox (id, type, version, source, occurred_at, aggregate_id, aggregate_version, data, metadata)
     SELECT id, type, version, source, "occurredAt", "aggregateId", "aggregateVersion", data, metadata
     FROM jsonb_to_recordset($1::jsonb) AS row
       (id uuid, type text, version int, source text, "occurredAt" timestamptz, "aggregateId" text, "aggregateVersion" int,
        data jsonb, metadata jsonb)`,
    JSON.stringify(rows),
  );
}
