/** One POST over an undici pool, read whole: its low-level interface, since every request of the gateway goes through here. */
import type { Dispatcher } from 'undici';
import type { Cancellation } from './client.js';

export interface Message {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The connection failed before any answer came. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
  /** Whether the request may have reached the other side. */
  readonly maybeSent: boolean;

  constructor(cause: Error, maybeSent: boolean) {
    super(cause.message, { cause });
    this.maybeSent = maybeSent;
  }
}

export interface ExchangeOptions {
  readonly signal: Cancellation;
  /** When all has to be over, by the monotonic clock, in milliseconds. */
  readonly deadline: number;
  /** Called once the connection is free again, which may be later than the promise is settled. */
  onFree(): void;
}

/** @throws ConnectionFailed, or another Error when the answer breaks off, takes too long or the signal aborts. */
export function exchange(
  dispatcher: Dispatcher,
  { path, headers, body }: Message,
  { signal, deadline, onFree }: ExchangeOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let started: Dispatcher.DispatchController | undefined;
    let givenUp: Error | undefined;
    let status = 0;
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    const giveUp = (reason: string) => {
      givenUp = new Error(reason);
      reject(givenUp);
      started?.abort(givenUp);
    };
    const abort = () => giveUp('Aborted');
    const timer = setTimeout(giveUp, deadline - performance.now(), 'The answer takes too long');
    signal.addEventListener('abort', abort, { once: true });
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      onFree();
    };
    dispatcher.dispatch(
      { method: 'POST', path, headers, body, idempotent: false },
      {
        onRequestStart(controller) {
          started = controller;
          if (signal.aborted) abort();
          else if (givenUp) controller.abort(givenUp);
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          if (first === undefined) first = chunk;
          else if (chunks === undefined) chunks = [first, chunk];
          else chunks.push(chunk);
        },
        onResponseEnd() {
          end();
          resolve({ status, body: (chunks ? Buffer.concat(chunks) : first)?.toString('utf8') ?? '' });
        },
        onResponseError(_controller, error) {
          end();
          const unanswered = status === 0 && !isTimeout(error) && !signal.aborted;
          reject(unanswered ? new ConnectionFailed(error, started !== undefined) : error);
        },
      },
    );
  });
}

/** The other side did not begin to answer in time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_HEADERS_TIMEOUT';
}
