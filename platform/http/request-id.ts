/** The id of a request, which its answer carries as `x-request-id` and log lines about it name. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { newTraceId } from '../trace.js';

/** What tools make: UUIDs, hexadecimal and base64 text, names with a prefix. Nothing else reaches a log or a header. */
const WELL_FORMED = /^[\w.:+=/-]{1,128}$/;

/** The client's, where it sent one that is well formed. */
export function givenRequestId(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['x-request-id'];
  return typeof given === 'string' && WELL_FORMED.test(given) ? given : undefined;
}

/** The client's, where it is well formed; otherwise a new one, which is the id of its trace where the client began none. */
export function requestIdOf({ headers }: IncomingMessage): string {
  return givenRequestId(headers) ?? newTraceId();
}
