/**
 * An operation under way on a socket. Once either side has ended it nothing more is sent for it, and the client may use its
 * id again.
 */
import type { GraphQLFormattedError } from 'graphql';
import { MessageType } from 'graphql-ws';
import type { ClientSocket } from './client-socket.js';
import type { Frame } from './frame.js';

export class SocketOperation {
  readonly #id: string;
  readonly #socket: ClientSocket;
  readonly #onDone: () => void;
  readonly #ended = new AbortController();
  readonly #write: (frame: Frame) => void;
  #isOpen = true;

  /** @param onDone called when this side ends it. */
  constructor(id: string, socket: ClientSocket, onDone: () => void) {
    this.#id = id;
    this.#socket = socket;
    this.#onDone = onDone;
    this.#write = socket.writerFor(id);
  }

  /** Aborts when the client no longer wants it. */
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
    if (this.#done()) this.#socket.send(JSON.stringify({ id: this.#id, type: MessageType.Error, payload }));
  }

  /** The client no longer wants it. */
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
