/** What caused the movements of a transaction, for the events that the ledger's trigger publishes. */
import type { Cause } from '../../../platform/events/envelope.js';
import { traceFields } from '../../../platform/trace.js';

/** The value of the setting `kedai.causes`, for movements of these orders: each has its own cause, also within one trace. */
export function causesByOrder(
  orders: readonly { readonly orderId: string; readonly cause: Cause }[],
): string {
  // As text: an object of so many members would cost more than the reservation of a batch may.
  const members = orders.map(({ orderId, cause }) => `"${orderId}":${JSON.stringify(metadataOf(cause))}`);
  return `{${members.join(',')}}`;
}

/** As `causesByOrder`, for any movement. */
export function onlyCause(cause: Cause): string {
  return JSON.stringify({ '': metadataOf(cause) });
}

function metadataOf(cause: Cause): Cause {
  return { correlationId: cause.correlationId, ...traceFields(cause) };
}
