/**
 * A client of the bench over a raw socket, so that ten thousand of them cost little: it implements only what a subscription
 * needs of WebSocket and graphql-transport-ws, and reads only the version and time of an event.
 */
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { SUBSCRIPTION } from './subgraphs.js';

export type OnEvent = (version: number, sentAt: number) => void;

const VERSION = Buffer.from('"version":');
const SENT_AT = Buffer.from('"sentAt":');
const TEXT = 0x81;

export class Listener {
  readonly #socket: Socket;
  readonly #onEvent: OnEvent;
  #left: Buffer | undefined;
  #isOpen = false;
  #isAcknowledged = false;
  #onFirst: () => void = () => {};

  private constructor(socket: Socket, onEvent: OnEvent) {
    this.#socket = socket;
    this.#onEvent = onEvent;
  }

  /** Resolves with the first event. */
  static open(port: number, id: number, onEvent: OnEvent): Promise<Listener> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const listener = new Listener(socket, onEvent);
    return new Promise((resolve, reject) => {
      listener.#onFirst = () => resolve(listener);
      socket.once('error', reject);
      socket.once('close', () => reject(new Error(`Socket ${id} was closed`)));
      socket.on('data', (data) => listener.#read(data, id));
      socket.write(
        [
          'GET /graphql HTTP/1.1',
          `Host: 127.0.0.1:${port}`,
          'Upgrade: websocket',
          'Connection: Upgrade',
          `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
          'Sec-WebSocket-Version: 13',
          'Sec-WebSocket-Protocol: graphql-transport-ws',
          '\r\n',
        ].join('\r\n'),
      );
    });
  }

  /** Stops reading, as a client that hangs does. */
  stall(): void {
    this.#socket.pause();
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(data: Buffer, id: number): void {
    let rest = this.#left === undefined ? data : Buffer.concat([this.#left, data]);
    this.#left = undefined;
    if (!this.#isOpen) {
      const head = rest.indexOf('\r\n\r\n');
      if (head === -1) {
        this.#left = rest;
        return;
      }
      this.#isOpen = true;
      this.#sendMessage({ type: 'connection_init' });
      rest = rest.subarray(head + 4);
    }
    for (;;) {
      const frame = frameOf(rest);
      if (frame === undefined) break;
      this.#receive(rest, frame, id);
      rest = rest.subarray(frame.end);
    }
    if (rest.length > 0) this.#left = rest;
  }

  #receive(data: Buffer, { opcode, start, end }: FrameBounds, id: number): void {
    if (opcode === 0x9) this.#send(0x8a, data.subarray(start, end));
    if (opcode !== 0x1) return;
    const payload = data.subarray(start, end);
    if (!this.#isAcknowledged) {
      this.#isAcknowledged = true;
      this.#sendMessage({ id: String(id), type: 'subscribe', payload: { query: SUBSCRIPTION } });
      return;
    }
    const version = numberAfter(payload, VERSION);
    if (version === undefined) return;
    this.#onFirst();
    this.#onEvent(version, numberAfter(payload, SENT_AT) ?? 0);
  }

  #sendMessage(message: object): void {
    this.#send(TEXT, Buffer.from(JSON.stringify(message)));
  }

  /** Clients mask what they send; a mask of zeros leaves it as it is. */
  #send(kind: number, payload: Buffer): void {
    const head =
      payload.length < 126
        ? Buffer.from([kind, 0x80 | payload.length])
        : Buffer.from([kind, 0x80 | 126, payload.length >> 8, payload.length & 0xff]);
    this.#socket.write(Buffer.concat([head, Buffer.alloc(4), payload]));
  }
}

interface FrameBounds {
  readonly opcode: number;
  readonly start: number;
  readonly end: number;
}

function frameOf(data: Buffer): FrameBounds | undefined {
  const [first, second] = data;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (data.length < start) return undefined;
  const length =
    short === 126 ? data.readUInt16BE(2) : short === 127 ? Number(data.readBigUInt64BE(2)) : short;
  return data.length < start + length ? undefined : { opcode: first & 0x0f, start, end: start + length };
}

function numberAfter(payload: Buffer, name: Buffer): number | undefined {
  const at = payload.indexOf(name);
  return at === -1
    ? undefined
    : Number.parseFloat(payload.toString('latin1', at + name.length, at + name.length + 24));
}
