/**
 * Subscriptions of a subgraph elsewhere over server-sent events, in the "distinct connections mode" of GraphQL over SSE: each is
 * one HTTP request with the caller's credentials and the headers that rules pass on. Events are read on demand, so that a subgraph
 * that emits faster than they can be completed gets back-pressure.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { Pool } from 'undici';
import { parseExactJson } from '../../platform/exact-json.js';
import type { Log } from '../../platform/log.js';
import { traceFields } from '../../platform/trace.js';
import { only, streamOf } from './abortable-stream.js';
import type { Subscriptions } from './client.js';
import type { Credentials } from './credentials.js';
import { EventStreamParser, type ServerSentEvent } from './event-stream-parser.js';
import { StreamInterrupted, unavailable } from './failures.js';
import { bodyOf, CONNECT_MILLISECONDS } from './http-exchange.js';
import { answerToCaller, REFUSAL_MILLISECONDS, resultOf } from './response.js';
import { MAXIMUM_EVENT_BYTES } from './web-socket-connection.js';

export interface EventStreamOptions {
  readonly name: string;
  readonly url: string;
  readonly credentials: Credentials;
  readonly log: Log;
}

const HEADERS_MILLISECONDS = 10_000;

export function eventStreamSubscriptions({ name, url, credentials, log }: EventStreamOptions): Subscriptions {
  const { origin, pathname, search } = new URL(url);
  // A stream has a connection of its own. It may be silent for any time: TCP detects a dead connection.
  const pool = new Pool(origin, {
    connectTimeout: CONNECT_MILLISECONDS,
    headersTimeout: HEADERS_MILLISECONDS,
    bodyTimeout: 0,
  });

  const interrupted = (reason: string) => new StreamInterrupted(unavailable(name), { reason });

  function failed(reason: string): GraphQLError {
    log.warn({ subgraph: name, reason }, 'a stream of a subgraph failed');
    return unavailable(name);
  }

  /** @throws StreamInterrupted, or a GraphQLError for a final failure. */
  async function* resultsOf(events: AsyncIterator<ServerSentEvent>): AsyncGenerator<ExecutionResult, void> {
    let following: Promise<IteratorResult<ServerSentEvent>> | undefined;
    for (let isFirst = true; ; isFirst = false) {
      const next = await (following ?? events.next());
      following = undefined;
      if (next.done) throw interrupted('the stream ended without being completed');
      if (next.value.event === 'complete') return;
      if (next.value.event !== 'next') continue;
      const result = answerIn(next.value.data);
      if (result === undefined) throw failed('an event is not a GraphQL answer');
      if (isFirst && result.data === undefined) {
        // A refusal is completed at once; otherwise it is an event that failed.
        following = events.next();
        if (await completes(following)) {
          const interruption = StreamInterrupted.among(result.errors ?? []);
          if (interruption !== undefined) throw interruption;
          yield result;
          return;
        }
      }
      yield { data: null, ...result };
    }
  }

  async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent, void> {
    const parser = new EventStreamParser(MAXIMUM_EVENT_BYTES);
    try {
      for await (const piece of body) yield* parser.push(piece);
    } catch (error) {
      throw error instanceof RangeError ? failed(error.message) : interrupted(String(error));
    }
  }

  return {
    async subscribe(request, call) {
      call.signal.throwIfAborted();
      const closing = new AbortController();
      const stop = () => closing.abort();
      call.signal.addEventListener('abort', stop, { once: true });
      const release = () => call.signal.removeEventListener('abort', stop);
      try {
        const authorization = await credentials.of(call);
        const { statusCode, headers, body } = await pool.request({
          method: 'POST',
          path: pathname + search,
          headers: {
            ...call.forwarded?.requestFor(name),
            'content-type': 'application/json',
            accept: 'text/event-stream',
            ...traceFields(call),
            ...(authorization === undefined ? {} : { authorization }),
          },
          body: bodyOf(request),
          signal: closing.signal,
        });
        if (statusCode === 200 && String(headers['content-type']).startsWith('text/event-stream')) {
          const results = resultsOf(eventsOf(body));
          return streamOf(closable(results, closing), call.signal);
        }
        const answer = { status: statusCode, body: await textOf(body) };
        const result = answerToCaller(answer, credentials);
        if (result !== undefined) return only(result);
        const reason = `HTTP ${statusCode} without an event stream`;
        throw statusCode >= 500 || statusCode === 429 ? interrupted(reason) : failed(reason);
      } catch (error) {
        if (error instanceof StreamInterrupted || isOwn(error)) throw error;
        throw interrupted(String(error));
      } finally {
        release();
      }
    },
    close: () => pool.destroy(),
  };

  function isOwn(error: unknown): boolean {
    return error instanceof Error && error.name === 'GraphQLError';
  }
}

/** Closes the connection to end a stream at once, also while its next event is awaited. */
function closable(
  results: AsyncGenerator<ExecutionResult, void>,
  closing: AbortController,
): AsyncIterator<ExecutionResult, void> {
  return {
    async next() {
      try {
        return await results.next();
      } catch (error) {
        if (closing.signal.aborted) return { done: true, value: undefined };
        closing.abort();
        throw error;
      }
    },
    async return() {
      closing.abort();
      return { done: true, value: undefined };
    },
  };
}

async function completes(following: Promise<IteratorResult<ServerSentEvent>>): Promise<boolean> {
  const isComplete = following.then(
    ({ done, value }) => !done && value.event === 'complete',
    () => false,
  );
  return Promise.race([isComplete, sleep(REFUSAL_MILLISECONDS, false, { ref: false })]);
}

function answerIn(data: string): ExecutionResult | undefined {
  try {
    return resultOf(parseExactJson(data));
  } catch {
    return undefined;
  }
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > MAXIMUM_EVENT_BYTES) throw new RangeError('The answer is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
