/**
 * Sends one POST over an undici pool and reads the whole response, decompressed. Uses undici's low-level interface, since every
 * request to a subgraph elsewhere goes through here.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import {
  type BrotliOptions,
  brotliDecompress,
  gunzip,
  inflate,
  inflateRaw,
  type ZlibOptions,
} from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Cancellation, SubgraphRequest } from './client.js';

/** To connect to a subgraph. */
export const CONNECT_MILLISECONDS = 3_000;

export interface Message {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly retryAfter?: string | undefined;
}

/** The connection failed before a response. */
export class ConnectionFailed extends Error {
  override readonly name = 'ConnectionFailed';
  /** Whether the request may have reached the subgraph. */
  readonly maybeSent: boolean;

  constructor(cause: Error, maybeSent: boolean) {
    super(cause.message, { cause });
    this.maybeSent = maybeSent;
  }
}

export interface ExchangeOptions {
  readonly signal: Cancellation;
  /** By the monotonic clock, in milliseconds. */
  readonly deadline: number;
  /** Of the decompressed response. */
  readonly maximumBytes: number;
  /** Called when the connection is free again, which may be after the promise has settled. */
  onFree(): void;
}

/** @throws ConnectionFailed, or another Error when the response breaks off, the deadline passes or the signal aborts. */
export function exchange(
  dispatcher: Dispatcher,
  { path, headers, body }: Message,
  { signal, deadline, maximumBytes, onFree }: ExchangeOptions,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let started: Dispatcher.DispatchController | undefined;
    let givenUp: Error | undefined;
    let status = 0;
    let encoding: string | undefined;
    let retryAfter: string | undefined;
    let received: IncomingHttpHeaders = {};
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
        onResponseStart(_controller, statusCode, answerHeaders) {
          status = statusCode;
          encoding = textOf(answerHeaders['content-encoding']);
          retryAfter = textOf(answerHeaders['retry-after']);
          received = answerHeaders;
        },
        onResponseData(_controller, chunk) {
          if (first === undefined) first = chunk;
          else if (chunks === undefined) chunks = [first, chunk];
          else chunks.push(chunk);
        },
        onResponseEnd() {
          end();
          const body = chunks ? Buffer.concat(chunks) : first;
          if (body === undefined || encoding === undefined) {
            resolve({ status, headers: received, body: body?.toString('utf8') ?? '', retryAfter });
          } else {
            decompressed(body, encoding, maximumBytes).then(
              (plain) => resolve({ status, headers: received, body: plain.toString('utf8'), retryAfter }),
              reject,
            );
          }
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

/** The body of a request to a subgraph. */
export function bodyOf({ body, query, operationName, variables }: SubgraphRequest): string {
  return body ?? JSON.stringify({ query, operationName, variables });
}

/** Whether the response did not begin in time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_HEADERS_TIMEOUT';
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header;
}

type Decompress = (body: Buffer, options: ZlibOptions) => Promise<Buffer>;

const decompressors: Readonly<Record<string, Decompress>> = {
  gzip: promisify<Buffer, ZlibOptions, Buffer>(gunzip),
  br: promisify<Buffer, BrotliOptions, Buffer>(brotliDecompress),
  // Some servers leave out the zlib header.
  deflate: (body, options) =>
    promisify<Buffer, ZlibOptions, Buffer>((body[0] ?? 0) % 16 === 8 ? inflate : inflateRaw)(body, options),
  identity: async (body) => body,
};

/** @throws for an unknown encoding, and for a body that is not of its encoding or too large. */
async function decompressed(body: Buffer, encodings: string, maxOutputLength: number): Promise<Buffer> {
  let plain = body;
  for (const encoding of encodings.toLowerCase().split(',').reverse()) {
    const name = encoding.trim().replace(/^x-/, '');
    const decompress = Object.hasOwn(decompressors, name) ? decompressors[name] : undefined;
    if (decompress === undefined) throw new Error(`The answer is encoded as ${encoding}`);
    plain = await decompress(plain, { maxOutputLength });
  }
  return plain;
}
