/**
 * The address a request comes from: the other end of the connection or, behind that many reverse proxies of one's own,
 * what the outermost of them wrote into `x-forwarded-for`. Entries that clients write stand further left and are never read.
 */
import type { IncomingMessage } from 'node:http';

export function clientAddress({ headers, socket }: IncomingMessage, trustedProxies: number): string {
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
