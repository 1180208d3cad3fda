/** What caused the movements of a transaction, for the events that the ledger's trigger publishes. */
import type { Cause } from '../../../platform/events/envelope.js';
import { traceFields, traceIdOf } from '../../../platform/trace.js';

/** The value of the setting `kedai.causes`, for movements in the traces of these causes. */
export function causesByTrace(causes: readonly Cause[]): string {
  return JSON.stringify(
    Object.fromEntries(causes.map((cause) => [traceIdOf(cause.traceparent), metadataOf(cause)])),
  );
}

/** As `causesByTrace`, for movements in whichever trace. */
export function onlyCause(cause: Cause): string {
  return JSON.stringify({ '': metadataOf(cause) });
}

function metadataOf(cause: Cause): Cause {
  return { correlationId: cause.correlationId, ...traceFields(cause) };
}
