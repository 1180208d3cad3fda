/**
 * A client's WebSocket: writes messages, and lets go of a client that does not read them. A socket with more than
 * `bufferedBytes` waiting is closed (1013) and cut five seconds later; the others never wait for it.
 */
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Frame } from './frame.js';

const TAIL = Buffer.from('}');
const GRACE_MILLISECONDS = 5_000;
const TRY_AGAIN_LATER = 1013;

export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #bufferedBytes: number;
  #cut: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, bufferedBytes: number) {
    this.#socket = socket;
    this.#bufferedBytes = bufferedBytes;
    socket.once('close', () => clearTimeout(this.#cut));
  }

  get protocol(): string {
    return this.#socket.protocol;
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

  close(code: number = CloseCode.InternalServerError, reason = ''): void {
    this.#socket.close(code, reason);
  }

  onMessage(receive: (message: string) => Promise<void>): void {
    this.#socket.on('message', (message) => {
      receive(String(message)).catch(() =>
        this.close(CloseCode.InternalServerError, 'Internal server error'),
      );
    });
  }

  #mayWrite(): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    if (this.#socket.bufferedAmount <= this.#bufferedBytes) return true;
    this.close(TRY_AGAIN_LATER, 'Too slow');
    this.#cut = setTimeout(() => this.#socket.terminate(), GRACE_MILLISECONDS);
    return false;
  }
}
