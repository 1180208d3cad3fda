/**
 * Listens on an address of IPv4 and on its counterpart of IPv6, so that `localhost`, which clients resolve to either, always
 * reaches this server. A machine without IPv6 is served on IPv4 alone.
 */
import { createServer, type Server } from 'node:net';

export interface Listening {
  readonly port: number;
  /** Accepts no further connection; resolves when those that were accepted have ended. */
  close(): Promise<void>;
}

const COUNTERPARTS: ReadonlyMap<string, string> = new Map([
  ['127.0.0.1', '::1'],
  ['0.0.0.0', '::'],
]);
const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT']);
/** A free port of IPv4 may be taken on IPv6: how many others are tried. */
const FREE_PORT_ATTEMPTS = 10;

/**
 * @param server an HTTP or plain TCP server, whose `connection` event serves a socket.
 * @param port 0 for any that is free on both.
 * @throws an error with code EADDRINUSE where the port is taken on either.
 */
export async function listen(server: Server, port: number, host: string): Promise<Listening> {
  const counterpartHost = COUNTERPARTS.get(host);
  for (let attempt = 1; ; attempt += 1) {
    const actualPort = await bind(server, port, host);
    if (counterpartHost === undefined) return { port: actualPort, close: () => closed(server) };
    const counterpart = createServer((socket) => server.emit('connection', socket));
    try {
      await bind(counterpart, actualPort, counterpartHost);
      return {
        port: actualPort,
        close: async () => void (await Promise.all([closed(server), closed(counterpart)])),
      };
    } catch (error) {
      const code = codeOf(error);
      if (code !== undefined && NO_IPV6.has(code)) return { port: actualPort, close: () => closed(server) };
      await closed(server);
      if (port !== 0 || code !== 'EADDRINUSE' || attempt === FREE_PORT_ATTEMPTS) throw error;
    }
  }
}

async function bind(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, ipv6Only: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port');
  return address.port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
