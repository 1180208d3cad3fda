/**
 * Streams over server-sent events, for clients behind proxies that break sockets: the "distinct connections mode" of the
 * GraphQL over SSE protocol. A stream is one HTTP request.
 */
import type { ServerResponse } from 'node:http';
import type { OperationRequest } from '../pipeline/admission.js';
import { type ErrorPolicy, presentErrors } from '../pipeline/errors.js';
import type { Graph } from '../pipeline/graph.js';
import type { ValidatedOperation } from '../pipeline/operation-cache.js';
import type { OperationCaller } from '../pipeline/planner.js';
import type { RateLimits } from '../pipeline/rate-limits.js';
import { Stream, type StreamServices } from './stream.js';
import { UnreadLimit } from './unread-limit.js';

export interface EventStreamsOptions extends StreamServices {
  readonly errors: ErrorPolicy;
  readonly rateLimits: RateLimits;
  /** Bytes that may wait unread. */
  readonly bufferedBytes: number;
}

const CONTENT_TYPE = 'text/event-stream; charset=utf-8';
/** Proxies close a connection that is idle. */
const KEEP_ALIVE_MILLISECONDS = 12_000;
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
/** How long a client has to read what was written before the end. */
const GRACE_MILLISECONDS = 5_000;

export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #open = new Set<ServerResponse>();

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Answers an operation that was admitted. @throws Refusal before anything is written. */
  async answer(
    graph: Graph,
    admitted: ValidatedOperation,
    request: OperationRequest,
    call: OperationCaller,
    response: ServerResponse,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const { caller } = call;
    const operation = await this.#options.planner.ready(graph, admitted, request.variables, call);
    const { subscription } = operation.prepared;
    const answer = subscription ? undefined : await this.#options.runner.runToText(operation);
    if (call.signal.aborted) return;
    if (subscription) response.once('close', this.#options.rateLimits.open(caller.address));
    begin(response, headers);
    if (answer !== undefined) {
      writeNext(response, answer.text);
      return complete(response);
    }
    const limit = new UnreadLimit(response, {
      bufferedBytes: this.#options.bufferedBytes,
      unread: () => response.writableLength,
      onExceeded: () => response.destroy(),
    });
    const stream = new Stream(this.#options, request, call, {
      event: (frame) => {
        if (limit.admits()) writeNext(response, frame.text);
      },
      complete: () => complete(response),
      fail: (errors) => {
        writeNext(response, JSON.stringify({ errors: presentErrors(errors, this.#options.errors) }));
        complete(response);
      },
    });
    this.#keepOpen(stream, response, limit, caller.expiresAt);
    stream.open(operation);
  }

  /**
   * Answers an operation that was refused, as the protocol has it: by an event, since a browser's `EventSource` cannot read a
   * response of any status but 200.
   */
  refuse(result: string, response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    begin(response, headers);
    writeNext(response, result);
    complete(response);
  }

  /** Ends every stream without completing it, so that clients reconnect elsewhere. */
  stop(): void {
    for (const response of this.#open) end(response);
  }

  #keepOpen(stream: Stream, response: ServerResponse, limit: UnreadLimit, expiresAt: number): void {
    this.#open.add(response);
    const keepAlive = setInterval(() => {
      if (limit.admits()) write(response, ':\n\n');
    }, KEEP_ALIVE_MILLISECONDS);
    const left = Math.min(Math.max(0, expiresAt - Date.now()), LONGEST_TIMER_MILLISECONDS);
    const expiry = Number.isFinite(expiresAt) ? setTimeout(() => end(response), left) : undefined;
    response.once('close', () => {
      clearInterval(keepAlive);
      clearTimeout(expiry);
      this.#open.delete(response);
      stream.close();
    });
  }
}

function begin(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  response.writeHead(200, { ...headers, 'content-type': CONTENT_TYPE, 'x-accel-buffering': 'no' });
  response.flushHeaders();
}

function writeNext(response: ServerResponse, text: string): void {
  write(response, `event: next\ndata: ${text}\n\n`);
}

function complete(response: ServerResponse): void {
  write(response, 'event: complete\ndata:\n\n');
  end(response);
}

/** Writes nothing after the end: a client that does not read may hold a response open long after it. */
function write(response: ServerResponse, text: string): void {
  if (!response.writableEnded) response.write(text);
}

function end(response: ServerResponse): void {
  if (response.writableEnded) return;
  response.end();
  const grace = setTimeout(() => response.destroy(), GRACE_MILLISECONDS);
  response.once('close', () => clearTimeout(grace));
}
