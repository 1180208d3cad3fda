/** What caused the movements of a transaction, for the events that the ledger's trigger publishes. */
import type { Cause } from '../../../platform/events/envelope.js';
import { traceFields, traceIdOf } from '../../../platform/trace.js';

/** The value of the setting `kedai.causes`, for movements in the traces of these causes. */
export function causesByTrace(causes: readonly Cause[]): string {
  // As text: an object of so many members would cost more than the reservation of a batch may.
  const members = causes.map(
    (cause) => `"${traceIdOf(cause.traceparent)}":${JSON.stringify(metadataOf(cause))}`,
  );
  return `{${members.join(',')}}`;
}

/** As `causesByTrace`, for movements in whichever trace. */
export function onlyCause(cause: Cause): string {
  return JSON.stringify({ '': metadataOf(cause) });
}

function metadataOf(cause: Cause): Cause {
  return { correlationId: cause.correlationId, ...traceFields(cause) };
}
