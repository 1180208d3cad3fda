/** What an HTTP request says of itself, in the form that the rest of the gateway takes it. */
import type { IncomingMessage } from 'node:http';
import { HeaderMap } from '@apollo/server';
import { continueTrace, type TraceContext } from '../../platform/trace.js';

export function traceOf({ headers }: IncomingMessage): TraceContext {
  return continueTrace(headers.traceparent, headers.tracestate);
}

export function headerMapOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
