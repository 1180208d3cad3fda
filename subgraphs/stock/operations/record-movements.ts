/** Writes movements to the ledger and publishes the new levels. */
import type { Cause } from '../../../platform/events/envelope.js';
import { continueTrace, traceIdOf } from '../../../platform/trace.js';
import { publishLevels } from '../published.js';
import type { Work } from '../store/database.js';
import { insertMovements, type NewMovement } from '../store/movements.js';

/** The caller has locked the items. */
export async function recordMovements(work: Work, movements: readonly NewMovement[]): Promise<void> {
  publishLevels(work, await insertMovements(work.tx, work.cause, traceIdIn(work.cause), movements));
}

/** The trace of the request; a new one where it has none. */
export function traceIdIn({ traceparent }: Cause): string {
  return traceIdOf(continueTrace(traceparent).traceparent) ?? '';
}
