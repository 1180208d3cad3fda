/**
 * Load over HTTP/1.1 on raw sockets, so that measuring costs little: each connection sends its
 * next request when the answer to the last is complete.
 */
import { connect, type Socket } from 'node:net';

export interface LoadTarget {
  readonly port: number;
  readonly path: string;
  readonly body: string;
  /** The headers that identify the caller of the n-th request. */
  authorization(request: number): string | undefined;
}

export interface LoadResult {
  /** Of the measured answers. */
  readonly milliseconds: readonly number[];
  readonly seconds: number;
}

/** The end of the answer in the received bytes, or -1 while it is not complete. */
function endOf(received: Buffer): number {
  const head = received.indexOf('\r\n\r\n');
  if (head === -1) return -1;
  const headers = received.toString('latin1', 0, head).toLowerCase();
  const length = /\r\ncontent-length: (\d+)/.exec(headers)?.[1];
  if (length !== undefined)
    return received.length >= head + 4 + Number(length) ? head + 4 + Number(length) : -1;
  const last = received.indexOf('\r\n0\r\n\r\n', head);
  return last === -1 ? -1 : last + 7;
}

class Connection {
  static #sent = 0;
  readonly #socket: Socket;
  readonly #target: LoadTarget;
  #received: Buffer[] = [];
  #size = 0;
  #needed = 0;
  #resolve: (answer: Buffer) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(target: LoadTarget) {
    this.#target = target;
    this.#socket = connect({ port: target.port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (piece) => this.#take(piece));
    this.#socket.on('error', (error) => this.#reject(error));
    this.#socket.on('close', () => this.#reject(new Error('The connection was closed')));
  }

  #take(piece: Buffer): void {
    this.#received.push(piece);
    this.#size += piece.length;
    // An answer in many pieces is parsed again only when it could be complete.
    if (this.#size < this.#needed) return;
    const received = this.#received.length === 1 ? piece : Buffer.concat(this.#received);
    if (endOf(received) === -1) {
      this.#received = [received];
      const length = /content-length: (\d+)/i.exec(received.toString('latin1', 0, 1_000))?.[1];
      this.#needed = length === undefined ? 0 : Number(length);
      return;
    }
    this.#received = [];
    this.#size = 0;
    this.#needed = 0;
    this.#resolve(received);
  }

  request(): Promise<Buffer> {
    const { path, body } = this.#target;
    Connection.#sent += 1;
    const authorization = this.#target.authorization(Connection.#sent);
    const answer = new Promise<Buffer>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#socket.write(
      `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\naccept: application/json\r\n` +
        (authorization === undefined ? '' : `authorization: ${authorization}\r\n`) +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    return answer;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** One answer, whole. @throws Error when it is no success. */
async function oneAnswer(connection: Connection): Promise<Buffer> {
  const answer = await connection.request();
  if (!answer.toString('latin1', 0, 15).startsWith('HTTP/1.1 200')) {
    throw new Error(`Not a success: ${answer.toString('utf8', 0, 500)}`);
  }
  return answer;
}

/** The body of one answer. */
export async function askOnce(target: LoadTarget): Promise<string> {
  const connection = new Connection(target);
  try {
    const text = (await oneAnswer(connection)).toString('utf8');
    // Chunked or not, the JSON is from the first brace to the last.
    const body = text.slice(text.indexOf('\r\n\r\n'));
    return body.replaceAll(/\r\n[0-9a-f]+\r\n/g, '').trim();
  } finally {
    connection.close();
  }
}

/** Sends requests on this many connections for this many seconds. */
export async function load(target: LoadTarget, connections: number, seconds: number): Promise<LoadResult> {
  const milliseconds: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1_000;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const connection = new Connection(target);
      try {
        for (let from = performance.now(); from < end; ) {
          await oneAnswer(connection);
          const now = performance.now();
          milliseconds.push(now - from);
          from = now;
        }
      } finally {
        connection.close();
      }
    }),
  );
  return { milliseconds, seconds: (performance.now() - start) / 1_000 };
}
