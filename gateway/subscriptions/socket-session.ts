/**
 * The state machine of graphql-transport-ws for one client: which messages it accepts in which state, and the close code for all
 * others. The host decides which clients may connect and executes their operations.
 */
import { CloseCode, type Message, MessageType, parseMessage, type SubscribePayload } from 'graphql-ws';
import { exactJsonText, isJsonObject, parseExactJson } from '../../platform/exact-json.js';
import type { ClientSocket } from './client-socket.js';
import { SocketOperation } from './socket-operation.js';

export interface SessionHost {
  /** Whether the client may connect; false closes with 4403, unless the host has closed the socket itself. */
  connect(payload: Readonly<Record<string, unknown>> | undefined): Promise<boolean>;
  /** The new token of the connection that a `ping` carries; undefined for any other ping, whose payload is sent back. */
  tokenIn(payload: Readonly<Record<string, unknown>> | undefined): string | undefined;
  /** Has the connection go on by a new token; undefined where the host has closed the socket instead. Does not throw. */
  renew(token: string): Promise<Renewed | undefined>;
  /** Starts an operation, which is answered through `operation`. Does not throw. */
  subscribe(operation: SocketOperation, payload: SubscribePayload): void;
  /** Reports a failure that the client did not cause. */
  failed(error: unknown): void;
}

/** The payload of the `pong` that answers a renewal. */
export interface Renewed {
  /** When the connection's token expires; left out by an issuer whose tokens do not. */
  readonly expiresAt?: string;
}

const INITIALISATION_MILLISECONDS = 3_000;
/** A close reason has at most 123 bytes. */
const LONGEST_SHOWN_ID = 24;

export class Session {
  readonly #socket: ClientSocket;
  readonly #host: SessionHost;
  /** The operations in progress, by the client's ids. */
  readonly #operations = new Map<string, SocketOperation>();
  readonly #initialisation: NodeJS.Timeout;
  #isInitialised = false;
  #isAcknowledged = false;
  #isOver = false;

  constructor(socket: ClientSocket, host: SessionHost) {
    this.#socket = socket;
    this.#host = host;
    this.#initialisation = setTimeout(() => {
      this.#close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
    }, INITIALISATION_MILLISECONDS);
  }

  /** The number of operations in progress. */
  get size(): number {
    return this.#operations.size;
  }

  receive(text: string): void {
    // Messages after the close are ignored, also before the client has received it.
    if (this.#isOver || !this.#socket.isOpen) return;
    const message = messageOf(text);
    switch (message?.type) {
      case MessageType.ConnectionInit:
        this.#initialise(message.payload);
        break;
      case MessageType.Subscribe:
        this.#subscribe(message.id, message.payload);
        break;
      case MessageType.Complete:
        this.#operations.get(message.id)?.end();
        this.#operations.delete(message.id);
        break;
      case MessageType.Ping:
        this.#ping(message.payload);
        break;
      case MessageType.Pong:
        break;
      default:
        this.#close(CloseCode.BadRequest, 'Invalid message received');
    }
  }

  /** Ends every operation. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#initialisation);
    for (const operation of this.#operations.values()) operation.end();
    this.#operations.clear();
  }

  #initialise(payload: Readonly<Record<string, unknown>> | undefined): void {
    if (this.#isInitialised) {
      this.#close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
      return;
    }
    this.#isInitialised = true;
    clearTimeout(this.#initialisation);
    this.#host.connect(payload).then(
      (isAccepted) => {
        if (isAccepted) this.#acknowledge();
        else this.#close(CloseCode.Forbidden, 'Forbidden');
      },
      (error: unknown) => {
        this.#host.failed(error);
        this.#close(CloseCode.InternalServerError, 'Internal server error');
      },
    );
  }

  #acknowledge(): void {
    this.#isAcknowledged = true;
    this.#send({ type: MessageType.ConnectionAck });
  }

  #subscribe(id: string, payload: SubscribePayload): void {
    if (!this.#isAcknowledged) {
      this.#close(CloseCode.Unauthorized, 'Unauthorized');
    } else if (this.#operations.has(id)) {
      const shownId = id.length > LONGEST_SHOWN_ID ? 'this id' : id;
      this.#close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${shownId} already exists`);
    } else {
      const operation = new SocketOperation(id, this.#socket, () => this.#operations.delete(id));
      this.#operations.set(id, operation);
      this.#host.subscribe(operation, payload);
    }
  }

  #ping(payload: Readonly<Record<string, unknown>> | undefined): void {
    const token = this.#host.tokenIn(payload);
    if (token === undefined) {
      this.#pong(payload);
    } else if (!this.#isAcknowledged) {
      this.#close(CloseCode.Unauthorized, 'Unauthorized');
    } else {
      void this.#host.renew(token).then((renewed) => {
        if (renewed !== undefined && !this.#isOver) this.#pong({ ...renewed });
      });
    }
  }

  #pong(payload: Readonly<Record<string, unknown>> | undefined): void {
    try {
      this.#send({ type: MessageType.Pong, ...(payload && { payload }) });
    } catch (error) {
      // A payload can be nested more deeply than it can be written.
      if (!(error instanceof RangeError)) throw error;
      this.#close(CloseCode.BadRequest, 'Invalid message received');
    }
  }

  #close(code: number, reason: string): void {
    this.end();
    this.#socket.close(code, reason);
  }

  #send(message: Message): void {
    this.#socket.send(exactJsonText(message) ?? '');
  }
}

function messageOf(text: string): Message | undefined {
  try {
    return parseMessage(withQuery(parseExactJson(text)));
  } catch {
    return undefined;
  }
}

/** The protocol's parser demands a `query`, which an operation named by its persisted document leaves out. */
function withQuery(message: unknown): unknown {
  if (!isJsonObject(message) || message.type !== MessageType.Subscribe) return message;
  const { payload } = message;
  if (!isJsonObject(payload) || payload.query != null) return message;
  const { documentId, extensions } = payload;
  const persisted = documentId ?? (isJsonObject(extensions) ? extensions.persistedQuery : undefined);
  return persisted == null ? message : { ...message, payload: { ...payload, query: '' } };
}
