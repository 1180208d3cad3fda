/**
 * A client's WebSocket: writes messages, and closes with 1013 where more waits unread than `UnreadLimit` allows, so that
 * no stream waits for a client that does not read. A socket that does not close within five seconds is cut.
 */
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Frame } from './frame.js';
import { UnreadLimit } from './unread-limit.js';

const TAIL = Buffer.from('}');
const GRACE_MILLISECONDS = 5_000;
const TRY_AGAIN_LATER = 1013;
/** The part of what may wait from which a client counts as slow. */
const SLOW_FROM = 1 / 8;

export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #slowBytes: number;
  readonly #limit: UnreadLimit;
  #cut: NodeJS.Timeout | undefined;

  /** @param connection what `socket` was made of. */
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

  /** Calls back once everything written so far has left; never, where the socket closes first. */
  whenDrained(call: () => void): void {
    if (!this.isOpen) return;
    this.#socket.ping('', false, (error) => {
      if (!error) call();
    });
  }

  send(message: string): void {
    if (this.#mayWrite()) this.#socket.send(message);
  }

  /** Returns what writes the events of one operation; the head of its messages is encoded once. */
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
