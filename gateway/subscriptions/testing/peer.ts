/** A client of graphql-transport-ws for tests: sends exactly what a test says, and records what it receives. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { eventually } from '../../../tests/support/wait.js';

export interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: unknown;
}

export class Peer {
  readonly received: Message[] = [];
  /** The same as they came. */
  readonly texts: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;

  /** @param url of `/graphql`, as HTTP has it. @param headers of the upgrade. */
  constructor(
    url: string,
    protocols: string[] = ['graphql-transport-ws'],
    headers: Readonly<Record<string, string>> = {},
  ) {
    this.#socket = new WebSocket(url.replace('http', 'ws'), protocols, { headers });
    this.#socket.on('message', (data) => {
      this.texts.push(String(data));
      this.received.push(JSON.parse(String(data)));
    });
    this.#socket.on('error', () => {});
    this.closed = once(this.#socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) }));
  }

  async open(): Promise<this> {
    if (this.#socket.readyState !== WebSocket.OPEN) await once(this.#socket, 'open');
    return this;
  }

  send(message: object | string): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  async init(payload?: object): Promise<this> {
    await this.open();
    this.send({ type: 'connection_init', ...(payload && { payload }) });
    await this.next((message) => message.type === 'connection_ack');
    return this;
  }

  subscribe(id: string, query: string, more: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, ...more } });
  }

  next(match: (message: Message) => boolean): Promise<Message> {
    return eventually(() => {
      const found = this.received.find(match);
      if (found === undefined) throw new Error(`nothing such among ${JSON.stringify(this.received)}`);
      return found;
    });
  }

  of(id: string): Message[] {
    return this.received.filter((message) => message.id === id);
  }

  /** Stops reading, as a client that hangs would. */
  stall(): void {
    this.#socket.pause();
  }

  /** Reads again. */
  goOn(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.close();
  }
}
