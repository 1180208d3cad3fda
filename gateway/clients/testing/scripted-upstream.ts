/** A subgraph's graphql-transport-ws endpoint for tests that does what each test says, right or wrong. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Subscribed {
  readonly id: string;
  readonly query: string;
  /** The whole message, as it came. */
  readonly text: string;
  /** Of the request that was upgraded. */
  readonly headers: IncomingHttpHeaders;
  readonly socket: WebSocket;
  /** Which subscription of all that were made this is, from 0. */
  readonly index: number;
  send(message: object | string): void;
  next(data: unknown): void;
}

export interface Script {
  /** The status that refuses the upgrade; undefined to accept it. */
  readonly refusal?: () => number | undefined;
  /** Default: acknowledges. */
  readonly init?: (socket: WebSocket, payload: unknown) => void;
  readonly subscribe?: (subscribed: Subscribed) => void;
  /** Default: `graphql-transport-ws`. */
  readonly protocol?: string | false;
}

export class ScriptedUpstream {
  readonly subscribed: Subscribed[] = [];
  /** The ids that were completed by the gateway. */
  readonly completed: string[] = [];
  /** How many connections were tried, those refused at the upgrade included. */
  attempts = 0;
  /** How many connections were made. */
  connections = 0;
  readonly #server: Server = createServer();
  readonly #sockets: WebSocketServer;

  private constructor({ refusal = () => undefined, init, subscribe, protocol }: Script) {
    this.#sockets = new WebSocketServer({
      noServer: true,
      handleProtocols: () => protocol ?? 'graphql-transport-ws',
    });
    this.#server.on('upgrade', (request, connection, head) => {
      this.attempts += 1;
      const status = refusal();
      if (status === undefined) {
        this.#sockets.handleUpgrade(request, connection, head, (socket) =>
          this.#serve(socket, request.headers, init, subscribe),
        );
      } else {
        connection.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      }
    });
  }

  static async start(script: Script): Promise<ScriptedUpstream> {
    const upstream = new ScriptedUpstream(script);
    await once(upstream.#server.listen(0, '127.0.0.1'), 'listening');
    return upstream;
  }

  /** Of `/graphql`, as HTTP has it. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/graphql`;
  }

  get openConnections(): number {
    return this.#sockets.clients.size;
  }

  stop(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #serve(
    socket: WebSocket,
    headers: IncomingHttpHeaders,
    init: Script['init'] = (accepted) => accepted.send('{"type":"connection_ack"}'),
    subscribe: Script['subscribe'] = () => {},
  ): void {
    this.connections += 1;
    socket.on('error', () => {});
    socket.on('message', (data) => {
      const { type, id = '', payload } = JSON.parse(String(data));
      if (type === 'connection_init') init(socket, payload);
      if (type === 'ping') socket.send('{"type":"pong"}');
      if (type === 'complete') this.completed.push(id);
      if (type !== 'subscribe') return;
      const send = (message: object | string) =>
        socket.send(typeof message === 'string' ? message : JSON.stringify(message));
      const subscribed: Subscribed = {
        id,
        query: payload.query,
        text: String(data),
        headers,
        socket,
        index: this.subscribed.length,
        send,
        next: (payloadData) => send({ id, type: 'next', payload: { data: payloadData } }),
      };
      this.subscribed.push(subscribed);
      subscribe(subscribed);
    });
  }
}
