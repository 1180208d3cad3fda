/**
 * One graphql-transport-ws connection to a subgraph, shared by any number of subscriptions.
 *
 * - It opens at once; subscriptions are sent when it is acknowledged.
 * - It is pinged, and terminated when neither a pong nor any other byte arrives. Without subscriptions it closes after a while.
 * - An event above `MAXIMUM_EVENT_BYTES` ends its own subscription alone.
 * - Messages for a subscription that has ended are ignored. A message that violates the protocol closes the connection.
 */
import type { Socket } from 'node:net';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, type SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import { exactJsonText, isJsonObject, type JsonObject, parseExactJson } from '../../platform/exact-json.js';
import { withoutByteOrderMark } from './response.js';

/** How a connection ended. */
export interface Closure {
  readonly code: number;
  readonly reason: string;
  /** The status of the HTTP response that refused the upgrade. */
  readonly status?: number | undefined;
  /** Whether other subscriptions shared the connection, each of which may have been the cause. */
  readonly wasShared: boolean;
}

/** Receives one subscription. Every call but `next` is the last one. */
export interface Subscriber {
  next(payload: unknown): void;
  /** The subgraph ended it with errors. */
  error(payload: unknown): void;
  complete(): void;
  /** This subscription has failed, and no other. */
  fail(reason: string): void;
  closed(closure: Closure): void;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The payload of `connection_init`. */
  readonly initialPayload: () => Promise<Record<string, unknown>>;
  readonly onClosed: () => void;
}

export const MAXIMUM_EVENT_BYTES = 16 * 2 ** 20;
/** A message above this cannot be attributed to a subscription, and closes the connection. */
const MAXIMUM_MESSAGE_BYTES = 4 * MAXIMUM_EVENT_BYTES;
const PING_MILLISECONDS = 10_000;
const PONG_MILLISECONDS = 5_000;
const ACKNOWLEDGE_MILLISECONDS = 5_000;
const IDLE_MILLISECONDS = 5_000;
const NORMAL_CLOSURE = 1000;
const MESSAGE_TOO_BIG = 1009;
const PROTOCOL_ERROR = 1002;
const ABNORMAL_CLOSURE = 1006;
const TERMINATED = 4499;
const PING = JSON.stringify({ type: MessageType.Ping });
/** How most servers begin a message: its subscription is known without parsing all of it. */
const LEADING_ID = /^\s*\{\s*"id"\s*:\s*"([^"\\]*)"/;

export class SubgraphConnection {
  /** Resolves when the connection is acknowledged or has ended. */
  readonly settled: Promise<void>;
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  readonly #subscribers = new Map<string, Subscriber>();
  /** The `subscribe` messages that wait for the acknowledgement, by subscription. */
  readonly #unsent = new Map<string, string>();
  #stream: Socket | undefined;
  #settle: () => void = () => {};
  #isAcknowledged = false;
  #isClosed = false;
  #lastId = 0;
  /** Of the acknowledgement, then of the next ping or its pong. */
  #timer: NodeJS.Timeout | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#socket = new WebSocket(options.url, GRAPHQL_TRANSPORT_WS_PROTOCOL, {
      headers: options.headers,
      maxPayload: MAXIMUM_MESSAGE_BYTES,
      perMessageDeflate: false,
      handshakeTimeout: ACKNOWLEDGE_MILLISECONDS,
    });
    this.#socket
      .on('upgrade', ({ socket }) => {
        this.#stream = socket;
      })
      .on('open', () => void this.#initialise())
      .on('message', (data: Buffer) => this.#receive(data))
      .on('close', (code, reason) => this.#end(code, String(reason)))
      .on('unexpected-response', (request, { statusCode }) => {
        this.#end(ABNORMAL_CLOSURE, `refused with ${statusCode}`, statusCode);
        request.destroy();
      })
      .on('error', (error) => this.#end(codeOf(error), error.message));
  }

  /** Whether new subscriptions may use it. */
  get isOpen(): boolean {
    return !this.#isClosed;
  }

  /** @returns how to unsubscribe; the subscriber is not called after that. */
  subscribe(payload: SubscribePayload, subscriber: Subscriber): () => void {
    clearTimeout(this.#idle);
    this.#lastId += 1;
    const id = String(this.#lastId);
    const message = exactJsonText({ id, type: MessageType.Subscribe, payload }) ?? '';
    this.#subscribers.set(id, subscriber);
    if (this.#isAcknowledged) this.#send(message);
    else this.#unsent.set(id, message);
    return () => {
      if (!this.#subscribers.has(id)) return;
      if (!this.#unsent.delete(id)) this.#send(JSON.stringify({ id, type: MessageType.Complete }));
      this.#remove(id);
    };
  }

  close(): void {
    this.#end(NORMAL_CLOSURE, 'Normal closure');
  }

  async #initialise(): Promise<void> {
    this.#timer = setTimeout(() => {
      this.#end(CloseCode.ConnectionAcknowledgementTimeout, 'Connection acknowledgement timeout');
    }, ACKNOWLEDGE_MILLISECONDS);
    try {
      const payload = await this.#options.initialPayload();
      this.#send(JSON.stringify({ type: MessageType.ConnectionInit, payload }));
    } catch (error) {
      this.#end(CloseCode.InternalClientError, String(error));
    }
  }

  #receive(data: Buffer): void {
    if (this.#isClosed) return;
    if (data.length > MAXIMUM_EVENT_BYTES) this.#refuse(data);
    else this.#take(messageOf(data));
  }

  #take(message: JsonObject | undefined): void {
    const id = typeof message?.id === 'string' ? message.id : '';
    switch (message?.type) {
      case MessageType.Next:
        this.#subscribers.get(id)?.next(message.payload);
        break;
      case MessageType.Error:
        this.#remove(id)?.error(message.payload);
        break;
      case MessageType.Complete:
        this.#remove(id)?.complete();
        break;
      case MessageType.ConnectionAck:
        this.#acknowledge();
        break;
      case MessageType.Ping:
        this.#pong(message.payload);
        break;
      case MessageType.Pong:
        if (this.#isAcknowledged) this.#pingLater();
        break;
      default:
        this.#end(CloseCode.BadResponse, 'Message violates the protocol');
    }
  }

  #pong(payload: unknown): void {
    try {
      this.#send(exactJsonText({ type: MessageType.Pong, payload }) ?? '');
    } catch (error) {
      // A payload can be nested more deeply than it can be written.
      if (!(error instanceof RangeError)) throw error;
      this.#end(CloseCode.BadResponse, 'Message violates the protocol');
    }
  }

  #acknowledge(): void {
    if (this.#isAcknowledged) return;
    this.#isAcknowledged = true;
    for (const message of this.#unsent.values()) this.#send(message);
    this.#unsent.clear();
    this.#settle();
    this.#pingLater();
  }

  /** Ends the subscription of an event that is too large. */
  #refuse(data: Buffer): void {
    const [, leading] = LEADING_ID.exec(data.toString('utf8', 0, 256)) ?? [];
    const id = leading ?? messageOf(data)?.id;
    if (typeof id !== 'string') {
      this.#end(MESSAGE_TOO_BIG, 'A message is too large');
      return;
    }
    const subscriber = this.#remove(id);
    if (subscriber === undefined) return;
    this.#send(JSON.stringify({ id, type: MessageType.Complete }));
    subscriber.fail(`an event of ${data.length} bytes is too large`);
  }

  #pingLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#send(PING);
      this.#endIfSilent(this.#stream?.bytesRead);
    }, PING_MILLISECONDS);
  }

  /** A pong may wait behind a large event, so any byte is a sign of life. */
  #endIfSilent(bytesBefore: number | undefined): void {
    this.#timer = setTimeout(() => {
      const bytes = this.#stream?.bytesRead;
      if (bytes === bytesBefore) this.#end(TERMINATED, 'No pong');
      else this.#endIfSilent(bytes);
    }, PONG_MILLISECONDS);
  }

  #remove(id: string): Subscriber | undefined {
    const subscriber = this.#subscribers.get(id);
    this.#subscribers.delete(id);
    if (this.#subscribers.size === 0 && !this.#isClosed) {
      clearTimeout(this.#idle);
      this.#idle = setTimeout(() => this.close(), IDLE_MILLISECONDS);
    }
    return subscriber;
  }

  #send(message: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
  }

  #end(code: number, reason: string, status?: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#idle);
    if (code === TERMINATED || code === ABNORMAL_CLOSURE) this.#socket.terminate();
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close(code, reason.slice(0, 100));
    else this.#socket.terminate();
    this.#options.onClosed();
    const closure = { code, reason, status, wasShared: this.#subscribers.size > 1 };
    const subscribers = [...this.#subscribers.values()];
    this.#subscribers.clear();
    this.#unsent.clear();
    for (const subscriber of subscribers) subscriber.closed(closure);
    this.#settle();
  }
}

function messageOf(data: Buffer): JsonObject | undefined {
  try {
    const message = parseExactJson(withoutByteOrderMark(data.toString('utf8')));
    return isJsonObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

/** `ws` marks violations of the protocol; any other error is the network's. */
function codeOf(error: Error): number {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return MESSAGE_TOO_BIG;
  return code.startsWith('WS_ERR_') ? PROTOCOL_ERROR : ABNORMAL_CLOSURE;
}
