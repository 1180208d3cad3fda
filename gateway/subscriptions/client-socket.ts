/**
 * A client's WebSocket. It is closed with 1013 when more waits unread than `UnreadLimit` allows, so that no stream waits for a
 * client that does not read, and destroyed where it does not close in time.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { GRACE_MILLISECONDS, TRY_AGAIN_LATER } from './connection-end.js';
import type { Frame } from './frame.js';
import type { Reader } from './stream.js';
import { SLOW_FROM, UnreadLimit } from './unread-limit.js';

const TAIL = Buffer.from('}');

export class ClientSocket implements Reader {
  readonly #socket: WebSocket;
  readonly #slowBytes: number;
  readonly #limit: UnreadLimit;
  #cut: NodeJS.Timeout | undefined;

  /** @param connection the TCP connection of `socket`. */
  constructor(socket: WebSocket, connection: Socket, bufferedBytes: number) {
    this.#socket = socket;
    this.#slowBytes = bufferedBytes * SLOW_FROM;
    this.#limit = new UnreadLimit(connection, {
      bufferedBytes,
      unread: () => socket.bufferedAmount,
      onExceeded: () => this.#closeForGood(),
    });
    socket.once('close', () => clearTimeout(this.#cut));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get isSlow(): boolean {
    return this.#socket.bufferedAmount > this.#slowBytes;
  }

  whenDrained(call: () => void): void {
    if (!this.isOpen) return;
    this.#socket.ping('', false, (error) => {
      if (!error) call();
    });
  }

  send(message: string): void {
    if (this.#mayWrite()) this.#socket.send(message);
  }

  /** Returns a function that writes the events of one operation; the head of its messages is encoded once. */
  writerFor(id: string): (frame: Frame) => void {
    const head = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    return (frame) => {
      if (this.#mayWrite()) this.#socket.send(frame.within(head, TAIL), { binary: false });
    };
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  #mayWrite(): boolean {
    return this.isOpen && this.#limit.admits();
  }

  #closeForGood(): void {
    this.close(TRY_AGAIN_LATER, 'Too slow');
    this.#cut = setTimeout(() => this.#socket.terminate(), GRACE_MILLISECONDS);
  }
}
