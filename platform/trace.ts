/** W3C Trace Context (level 1): the `traceparent` that ties a request to every event and movement it causes. */
import { randomBytes } from 'node:crypto';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

export function newTraceparent(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

/** The trace goes on under a new span; what is no traceparent starts a new trace. */
export function continueTrace(traceparent: string | undefined): string {
  const traceId = traceparent === undefined ? undefined : traceIdOf(traceparent);
  return traceId === undefined ? newTraceparent() : `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
}

export function traceIdOf(traceparent: string): string | undefined {
  const traceId = TRACEPARENT.exec(traceparent)?.[1];
  return traceId === '0'.repeat(32) ? undefined : traceId;
}
