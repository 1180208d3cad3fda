/** WebSockets at one path of an HTTP server, from the upgrade to the closing handshake. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { targetOf } from './server.js';

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const GOING_AWAY = 1001;
/** For the peer to complete the closing handshake, which takes less than the server's own limit to stop. */
const PATIENCE_MILLISECONDS = 2_000;

/** The HTTP response that refuses an upgrade. */
export interface UpgradeRefusal {
  readonly status: 403 | 404 | 429;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether a request may become a socket, which is the connection that it came over. */
export type AdmitUpgrade = (request: IncomingMessage, connection: Duplex) => UpgradeRefusal | undefined;

/** Handles `upgrade`: admitted requests of the path become WebSockets, others get a 404. */
export function upgradeAt(
  path: string,
  sockets: WebSocketServer,
  onConnection: (socket: WebSocket, request: IncomingMessage) => void,
  admit: AdmitUpgrade = () => undefined,
): Upgrade {
  return (request, connection, head) => {
    const refusal =
      targetOf(request)?.pathname === path ? admit(request, connection) : ({ status: 404 } as const);
    if (refusal !== undefined) return refuse(connection, refusal);
    sockets.handleUpgrade(request, connection, head, (accepted) => onConnection(accepted, request));
  };
}

function refuse(connection: Duplex, { status, headers = {} }: UpgradeRefusal): void {
  const lines = Object.entries({ ...headers, connection: 'close', 'content-length': '0' });
  // The client may have gone already.
  connection.on('error', () => connection.destroy());
  // A client that never hangs up must not keep the server open.
  connection.once('finish', () => connection.destroy());
  connection.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      ...lines.map(([name, value]) => `${name}: ${value}`),
      '',
      '',
    ].join('\r\n'),
  );
}

/** Closes every socket with 1001 (going away), and terminates those whose peer does not answer. */
export async function closeGracefully(sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away');
  const timeout = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, PATIENCE_MILLISECONDS);
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
  clearTimeout(timeout);
}
