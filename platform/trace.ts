/**
 * W3C Trace Context: parses, continues and starts the `traceparent` and `tracestate` that tie a request to every event and
 * movement it causes. A caller's context is passed on unchanged until a span of this process is recorded below it.
 * Source: https://www.w3.org/TR/trace-context-2/
 */
import { randomFillSync } from 'node:crypto';

export interface TraceContext {
  readonly traceparent: string;
  /** The vendors' own part, opaque here. */
  readonly tracestate?: string | undefined;
}

export interface ParsedTraceparent {
  readonly traceId: string;
  readonly parentId: string;
  /** The flags byte; bit 0 is `sampled`. */
  readonly flags: number;
}

/** Version 00 has these four fields alone; later ones begin with them and may add more behind another dash. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const INVALID_VERSION = 'ff';
const NO_TRACE = '0'.repeat(32);
const NO_PARENT = '0'.repeat(16);
/** The specification requires passing on at least 512 characters; longer ones may be dropped whole. */
const MAXIMUM_TRACESTATE = 8_192;

/** Reading random bytes costs the same for few and for many, so they are drawn in blocks. */
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

/** 32 hexadecimal digits. */
export function newTraceId(): string {
  return randomHex(16);
}

/**
 * The root of a new trace. It is marked as sampled: whether a span is recorded is each process's own setting. The trace id
 * begins with the id of the root, so that who stores the trace id alone can still continue the trace.
 */
export function newTraceparent(traceId: string = newTraceId()): string {
  return `00-${traceId}-${traceId.slice(0, 16)}-01`;
}

export function parseTraceparent(traceparent: string): ParsedTraceparent | undefined {
  const [, version, traceId = NO_TRACE, parentId = NO_PARENT, flags = '00', rest] =
    TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || version === INVALID_VERSION || (version === '00' && rest !== undefined))
    return undefined;
  if (traceId === NO_TRACE || parentId === NO_PARENT) return undefined;
  return { traceId, parentId, flags: Number.parseInt(flags, 16) };
}

export function traceIdOf(traceparent: string): string | undefined {
  return parseTraceparent(traceparent)?.traceId;
}

/**
 * The context to work under: the caller's, unchanged, or a new trace where the caller sent none that is valid.
 * `tracestate` counts only beside a valid `traceparent`.
 * @param newId of a new trace. Default: a random one.
 */
export function continueTrace(traceparent: unknown, tracestate?: unknown, newId?: string): TraceContext {
  if (typeof traceparent !== 'string' || parseTraceparent(traceparent) === undefined)
    return { traceparent: newTraceparent(newId) };
  const isPassedOn =
    typeof tracestate === 'string' && tracestate !== '' && tracestate.length <= MAXIMUM_TRACESTATE;
  return isPassedOn ? { traceparent, tracestate } : { traceparent };
}

/** The headers, or fields of a message, that carry a context. */
export function traceFields({ traceparent, tracestate }: TraceContext): {
  traceparent: string;
  tracestate?: string;
} {
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate };
}
