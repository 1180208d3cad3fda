/** WebSockets at one path of an HTTP server, from the upgrade to the goodbye. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { targetOf } from './server.js';

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const GOING_AWAY = 1001;
/** For the other side to answer a goodbye; a server has less than that again to end. */
const PATIENCE_MILLISECONDS = 2_000;

/** What to do with `upgrade`: the path's become WebSockets, others get a 404. */
export function upgradeAt(
  path: string,
  sockets: WebSocketServer,
  onConnection: (socket: WebSocket, request: IncomingMessage) => void,
): Upgrade {
  return (request, socket, head) => {
    if (targetOf(request)?.pathname === path) {
      sockets.handleUpgrade(request, socket, head, (accepted) => onConnection(accepted, request));
      return;
    }
    // Who is gone already need not be told.
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  };
}

/** Tells everybody to connect elsewhere (1001), and cuts off who does not answer. */
export async function sayGoodbye(sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.close(GOING_AWAY, 'Going away');
  const patience = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, PATIENCE_MILLISECONDS);
  await new Promise<void>((resolve) => sockets.close(() => resolve()));
  clearTimeout(patience);
}
