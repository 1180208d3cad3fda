/** An operation in progress on a socket. After either side has ended it, no message is sent for it and its id is free again. */
import type { GraphQLFormattedError } from 'graphql';
import { MessageType } from 'graphql-ws';
import { exactJsonText } from '../../platform/exact-json.js';
import type { ClientSocket } from './client-socket.js';
import type { Frame } from './frame.js';

export class SocketOperation {
  readonly #id: string;
  readonly #socket: ClientSocket;
  readonly #onDone: () => void;
  readonly #ended = new AbortController();
  readonly #write: (frame: Frame) => void;
  #isOpen = true;

  /** @param onDone called when the gateway ends it. */
  constructor(id: string, socket: ClientSocket, onDone: () => void) {
    this.#id = id;
    this.#socket = socket;
    this.#onDone = onDone;
    this.#write = socket.writerFor(id);
  }

  /** Aborts when the client ends it. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  next(frame: Frame): void {
    if (this.#isOpen) this.#write(frame);
  }

  complete(): void {
    if (this.#done()) this.#socket.send(JSON.stringify({ id: this.#id, type: MessageType.Complete }));
  }

  fail(payload: readonly GraphQLFormattedError[]): void {
    if (!this.#done()) return;
    this.#socket.send(exactJsonText({ id: this.#id, type: MessageType.Error, payload }) ?? '');
  }

  /** The client has ended it, or its connection. */
  end(): void {
    this.#isOpen = false;
    this.#ended.abort();
  }

  #done(): boolean {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    this.#onDone();
    return true;
  }
}
