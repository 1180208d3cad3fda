/** What an HTTP request says of itself, in the form that the rest of the gateway takes it. */
import type { IncomingMessage } from 'node:http';
import { HeaderMap } from '@apollo/server';
import { continueTrace } from '../../platform/trace.js';

export function traceOf({ headers }: IncomingMessage): string {
  const { traceparent } = headers;
  return continueTrace(typeof traceparent === 'string' ? traceparent : undefined);
}

export function headerMapOf({ headers }: IncomingMessage): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}

/**
 * Where a request comes from: the other end of the connection, or, behind so many proxies of our own, what the first of
 * them wrote into `x-forwarded-for`. What clients write in there themselves stands further left and is never read.
 */
export function addressOf({ headers, socket }: IncomingMessage, trustedProxies: number): string {
  const connected = socket.remoteAddress ?? '';
  const forwarded = headers['x-forwarded-for'];
  if (trustedProxies === 0 || forwarded === undefined) return connected;
  const hops = [
    ...String(forwarded)
      .split(',')
      .map((hop) => hop.trim()),
    connected,
  ];
  return hops[Math.max(0, hops.length - 1 - trustedProxies)] ?? connected;
}
