/**
 * Subscriptions of clients over server-sent events, in the "distinct connections mode" of the GraphQL over SSE protocol: each is one
 * HTTP request, which also passes proxies that break WebSockets.
 */
import type { ServerResponse } from 'node:http';
import { exactJsonText } from '../../platform/exact-json.js';
import { preferredLanguage } from '../../platform/language/language.js';
import type { OperationRequest } from '../pipeline/admission.js';
import type { Caller } from '../pipeline/caller.js';
import { type ErrorPolicy, presentErrors } from '../pipeline/errors.js';
import type { Graph } from '../pipeline/graph.js';
import type { ValidatedOperation } from '../pipeline/operation-cache.js';
import type { OperationCaller } from '../pipeline/planner.js';
import type { RateLimits } from '../pipeline/rate-limits.js';
import type { Revocations } from '../pipeline/revocations.js';
import { followCaller, GRACE_MILLISECONDS } from './connection-end.js';
import { type Reader, Stream, type StreamServices } from './stream.js';
import { SLOW_FROM, UnreadLimit } from './unread-limit.js';

export interface EventStreamsOptions extends StreamServices {
  readonly errors: ErrorPolicy;
  readonly rateLimits: RateLimits;
  /** Undefined: tokens are valid until they expire. */
  readonly revocations: Revocations | undefined;
  /** Bytes that may wait for a client that does not read. */
  readonly bufferedBytes: number;
}

/** Clients ignore it. */
const COMMENT = ':\n\n';
const CONTENT_TYPE = 'text/event-stream; charset=utf-8';
/** Proxies close a connection that is idle. */
const KEEP_ALIVE_MILLISECONDS = 12_000;

export class EventStreams {
  readonly #options: EventStreamsOptions;
  readonly #open = new Set<ServerResponse>();

  constructor(options: EventStreamsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Answers an admitted operation. @throws Refusal before anything is written. */
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
    const stream = new Stream(this.#options, request, call, readerOf(response, this.#options.bufferedBytes), {
      event: (frame) => {
        if (limit.admits()) writeNext(response, frame.text);
      },
      complete: () => complete(response),
      fail: (errors) => {
        const language = preferredLanguage(call.headers['accept-language']);
        const presented = presentErrors(errors, this.#options.errors, language);
        writeNext(response, exactJsonText({ errors: presented }) ?? '');
        complete(response);
      },
    });
    this.#keepOpen(stream, response, limit, caller);
    stream.open(operation);
  }

  /** Answers a refused operation by an event, as the protocol demands: an `EventSource` cannot read a response unless it is 200. */
  refuse(result: string, response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    begin(response, headers);
    writeNext(response, result);
    complete(response);
  }

  /** Ends every stream without `complete`, so that clients reconnect elsewhere. */
  stop(): void {
    for (const response of this.#open) end(response);
  }

  #keepOpen(stream: Stream, response: ServerResponse, limit: UnreadLimit, caller: Caller): void {
    this.#open.add(response);
    const keepAlive = setInterval(() => {
      if (limit.admits()) write(response, COMMENT);
    }, KEEP_ALIVE_MILLISECONDS);
    const stopFollowing = followCaller(caller, this.#options.revocations, {
      renewed: (next) => stream.continueAs(next),
      ended: () => end(response),
    });
    response.once('close', () => {
      clearInterval(keepAlive);
      stopFollowing();
      this.#open.delete(response);
      stream.close();
    });
  }
}

function readerOf(response: ServerResponse, bufferedBytes: number): Reader {
  return {
    get isSlow() {
      return response.writableLength > bufferedBytes * SLOW_FROM;
    },
    whenDrained(call) {
      if (response.writableEnded) return;
      response.write(COMMENT, (error) => {
        if (!error) call();
      });
    },
  };
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

/** Writes nothing after the end, which a client that does not read can delay. */
function write(response: ServerResponse, text: string): void {
  if (!response.writableEnded) response.write(text);
}

function end(response: ServerResponse): void {
  if (response.writableEnded) return;
  response.end();
  const grace = setTimeout(() => response.destroy(), GRACE_MILLISECONDS);
  response.once('close', () => clearTimeout(grace));
}
