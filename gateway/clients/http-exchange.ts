/** One POST over an undici pool, read whole: its low-level interface, since every request of the gateway goes through here. */
import type { Dispatcher } from 'undici';
import type { Cancellation } from './client.js';

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

/**
 * @param longest milliseconds from an answer's first piece to its last.
 * @throws ConnectionFailed, or another Error when the answer breaks off, takes too long or the signal aborts.
 */
export function exchange(
  dispatcher: Dispatcher,
  request: { path: string; headers: Record<string, string>; body: string },
  signal: Cancellation,
  longest: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let started: Dispatcher.DispatchController | undefined;
    let status = 0;
    let first: Buffer | undefined;
    let chunks: Buffer[] | undefined;
    let begunAt = 0;
    const abort = () => {
      started?.abort(new Error('Aborted'));
      reject(new Error('Aborted'));
    };
    signal.addEventListener('abort', abort, { once: true });
    dispatcher.dispatch(
      { method: 'POST', path: request.path, headers: request.headers, body: request.body, idempotent: false },
      {
        onRequestStart(controller) {
          started = controller;
          if (signal.aborted) controller.abort(new Error('Aborted'));
        },
        onResponseStart(_controller, statusCode) {
          status = statusCode;
          begunAt = performance.now();
        },
        onResponseData(controller, chunk) {
          if (first === undefined) first = chunk;
          else if (performance.now() - begunAt > longest)
            controller.abort(new Error('The answer takes too long'));
          else if (chunks === undefined) chunks = [first, chunk];
          else chunks.push(chunk);
        },
        onResponseEnd() {
          signal.removeEventListener('abort', abort);
          resolve({ status, body: (chunks ? Buffer.concat(chunks) : first)?.toString('utf8') ?? '' });
        },
        onResponseError(_controller, error) {
          signal.removeEventListener('abort', abort);
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
