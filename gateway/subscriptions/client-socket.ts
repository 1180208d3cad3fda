/**
 * A client's WebSocket: writes messages, and keeps an eye on how many the client has not read yet. Nobody else waits for
 * a client that does not read: beyond `bufferedBytes` it is closed (1013) and cut off five seconds later.
 */
import type { WebSocket } from 'ws';
import type { Frame } from './frame.js';

const TAIL = Buffer.from('}');
const GRACE_MILLISECONDS = 5_000;
const TRY_AGAIN_LATER = 1013;
/** The part of what may wait from which a client counts as slow. */
const SLOW_FROM = 1 / 8;

export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #bufferedBytes: number;
  #cut: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, bufferedBytes: number) {
    this.#socket = socket;
    this.#bufferedBytes = bufferedBytes;
    socket.once('close', () => clearTimeout(this.#cut));
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get isSlow(): boolean {
    return this.#socket.bufferedAmount > this.#bufferedBytes * SLOW_FROM;
  }

  /** Calls once everything written so far has left; never, when the socket closes before. */
  whenDrained(call: () => void): void {
    if (!this.isOpen) return;
    this.#socket.ping('', false, (error) => {
      if (!error) call();
    });
  }

  send(message: string): void {
    if (this.#mayWrite()) this.#socket.send(message);
  }

  /** What writes the events of one operation: the head of its messages is made once. */
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
    if (!this.isOpen) return false;
    if (this.#socket.bufferedAmount <= this.#bufferedBytes) return true;
    this.close(TRY_AGAIN_LATER, 'Too slow');
    this.#cut = setTimeout(() => this.#socket.terminate(), GRACE_MILLISECONDS);
    return false;
  }
}
