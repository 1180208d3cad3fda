/**
 * The state machine of graphql-transport-ws for one client: which messages are allowed when, and the close code for those
 * that are not. The host decides which clients may connect and what an operation does.
 */
import { CloseCode, type Message, MessageType, parseMessage, type SubscribePayload } from 'graphql-ws';
import type { ClientSocket } from './client-socket.js';
import { SocketOperation } from './socket-operation.js';

export interface SessionHost {
  /** Whether the client may stay; false closes with 4403, unless the host has closed the socket itself. */
  connect(payload: Readonly<Record<string, unknown>> | undefined): Promise<boolean>;
  /** Begins an operation, which is answered through `operation`. Does not throw. */
  subscribe(operation: SocketOperation, payload: SubscribePayload): void;
  /** Something went wrong that is not the client's doing. */
  failed(error: unknown): void;
}

const INITIALISATION_MILLISECONDS = 3_000;
/** A close reason has at most 123 bytes. */
const LONGEST_SHOWN_ID = 24;

export class Session {
  readonly #socket: ClientSocket;
  readonly #host: SessionHost;
  /** The operations under way, by the client's ids. */
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

  /** How many operations are under way. */
  get size(): number {
    return this.#operations.size;
  }

  receive(text: string): void {
    // Messages after the close are ignored, also while the close is on its way.
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
        this.#send({ type: MessageType.Pong, ...(message.payload && { payload: message.payload }) });
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
      (isWelcome) => {
        if (isWelcome) this.#acknowledge();
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

  #close(code: number, reason: string): void {
    this.end();
    this.#socket.close(code, reason);
  }

  #send(message: Message): void {
    this.#socket.send(JSON.stringify(message));
  }
}

function messageOf(text: string): Message | undefined {
  try {
    return parseMessage(withQuery(JSON.parse(text)));
  } catch {
    return undefined;
  }
}

/** The protocol demands a `query`, which an operation that is named by its persisted document does without. */
function withQuery(message: unknown): unknown {
  if (!isObject(message) || message.type !== MessageType.Subscribe) return message;
  const { payload } = message;
  if (!isObject(payload) || payload.query != null) return message;
  const { documentId, extensions } = payload;
  const persisted = documentId ?? (isObject(extensions) ? extensions.persistedQuery : undefined);
  return persisted == null ? message : { ...message, payload: { ...payload, query: '' } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
