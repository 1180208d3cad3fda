/** W3C Trace Context (level 1): the `traceparent` that ties a request to every event and movement it causes. */
import { randomFillSync } from 'node:crypto';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

/** Asking the system for randomness costs the same for a few bytes and for many, so many are kept. */
const pool = Buffer.alloc(8_192);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

export function newTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

/** The trace goes on under a new span; what is no traceparent starts a new trace. */
export function continueTrace(traceparent: string | undefined): string {
  const traceId = traceparent === undefined ? undefined : traceIdOf(traceparent);
  return traceId === undefined ? newTraceparent() : `00-${traceId}-${randomHex(8)}-01`;
}

export function traceIdOf(traceparent: string): string | undefined {
  const traceId = TRACEPARENT.exec(traceparent)?.[1];
  return traceId === '0'.repeat(32) ? undefined : traceId;
}
