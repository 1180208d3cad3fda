/**
 * The client of a subgraph elsewhere: HTTP with persistent connections for requests, graphql-transport-ws or (where configured)
 * server-sent events for subscriptions.
 *
 * - A response must begin within ten seconds, continue within ten, and be complete within thirty, the queue and retries included.
 *   When the queue is full, requests fail at once.
 * - A query is retried twice when its connection failed before a response, or when a 429 or 503 names a time for the retry in
 *   `Retry-After` that is before the deadline. A mutation is retried only if it cannot have been sent.
 * - The circuit opens for a second after ten failures in a row, or after three timeouts without a response in between, as of a
 *   process that hangs; then it lets one request at a time try. A response below 500 is no failure, so that one caller's requests
 *   cannot open the circuit for others.
 * - Nothing of the client is sent but what `Credentials` and the header rules say, and the trace.
 */
import type { ExecutionResult } from 'graphql';
import { Pool } from 'undici';
import type { Log } from '../../platform/log.js';
import { counter } from '../../platform/metrics.js';
import { traceFields } from '../../platform/trace.js';
import { Bulkhead, BulkheadFull } from './bulkhead.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { Cancellation, SubgraphCall, SubgraphClient, SubgraphRequest } from './client.js';
import type { Credentials } from './credentials.js';
import { unavailable } from './failures.js';
import {
  type Answer,
  bodyOf,
  CONNECT_MILLISECONDS,
  ConnectionFailed,
  exchange,
  isTimeout,
  type Message,
} from './http-exchange.js';
import { requestFields } from './request-fields.js';
import { answerToCaller } from './response.js';
import { eventStreamSubscriptions } from './sse.js';
import { webSocketSubscriptions } from './web-socket.js';

/** Bounds on the requests to one subgraph. */
export interface UpstreamLimits {
  /** Connections at once. Default 128. */
  readonly connections: number;
  /** Requests in the queue for one of them. Default 1,024. */
  readonly waiting: number;
  /** Until a response begins, and between its chunks; a whole request may take three times that. Default 10 s. */
  readonly timeoutMilliseconds: number;
  /** Bytes of a response. Default 64 MiB. */
  readonly answerBytes: number;
}

export const DEFAULT_UPSTREAM_LIMITS: UpstreamLimits = {
  connections: 128,
  waiting: 1_024,
  timeoutMilliseconds: 10_000,
  answerBytes: 64 * 2 ** 20,
};

export interface HttpClientOptions extends Partial<UpstreamLimits> {
  readonly name: string;
  readonly url: string;
  /** Where subscriptions go. Default: `url` with `ws:` or `wss:`. */
  readonly webSocketUrl?: string | undefined;
  /** Where subscriptions go over server-sent events instead. */
  readonly eventStreamUrl?: string | undefined;
  readonly credentials: Credentials;
  readonly log: Log;
}

const subgraphRequests = counter('kedai_gateway_subgraph_requests_total', 'Requests to subgraphs elsewhere', [
  'subgraph',
  'outcome',
]);

const RETRY_PAUSES_MILLISECONDS = [30, 150];
/** How many failures a timeout counts as: three open the circuit. */
const WEIGHT_OF_TIMEOUT = 4;

export function httpClient(options: HttpClientOptions): SubgraphClient {
  const { name, credentials, log, connections, waiting, timeoutMilliseconds, answerBytes } = {
    ...DEFAULT_UPSTREAM_LIMITS,
    ...options,
  };
  const url = new URL(options.url);
  const path = url.pathname + url.search;
  const longest = timeoutMilliseconds * 3;
  const breaker = new CircuitBreaker();
  const bulkhead = new Bulkhead({ concurrent: connections, waiting });
  const onFree = () => bulkhead.leave();
  let answers = 0;
  const answered = subgraphRequests.labels({ subgraph: name, outcome: 'answered' });
  const failed = subgraphRequests.labels({ subgraph: name, outcome: 'failed' });
  const pool = new Pool(url.origin, {
    connections,
    connectTimeout: CONNECT_MILLISECONDS,
    headersTimeout: timeoutMilliseconds,
    bodyTimeout: timeoutMilliseconds,
    maxResponseSize: answerBytes,
    keepAliveTimeout: 30_000,
  });
  const subscriptions = options.eventStreamUrl
    ? eventStreamSubscriptions({ name, url: options.eventStreamUrl, credentials, log })
    : webSocketSubscriptions({ name, url: options.webSocketUrl ?? webSocketUrlOf(url), credentials, log });

  async function headersOf(call: SubgraphCall): Promise<Record<string, string>> {
    const authorization = await credentials.of(call);
    const headers: Record<string, string> = {
      ...call.forwarded?.requestFor(name),
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...traceFields(call),
    };
    if (authorization !== undefined) headers.authorization = authorization;
    return headers;
  }

  async function attempt(message: Message, signal: Cancellation, deadline: number): Promise<Answer> {
    const turn = bulkhead.enter(signal, deadline);
    if (turn !== undefined) {
      await turn;
      if (breaker.isOpen) {
        bulkhead.leave();
        throw new BulkheadFull('The circuit opened while the call waited');
      }
    }
    return exchange(pool, message, { signal, deadline, maximumBytes: answerBytes, onFree });
  }

  async function send(request: SubgraphRequest, call: SubgraphCall): Promise<Answer> {
    const deadline = performance.now() + longest;
    const message = { path, headers: await headersOf(call), body: bodyOf(request) };
    for (const pause of RETRY_PAUSES_MILLISECONDS) {
      let wait = pause;
      try {
        const answer = await attempt(message, call.signal, deadline);
        wait = request.operationType === 'query' ? retryWaitOf(answer) : Number.POSITIVE_INFINITY;
        if (performance.now() + wait >= deadline) return answer;
      } catch (error) {
        if (!mayRepeat(error, request)) throw error;
      }
      await sleepUnlessAborted(wait, call.signal);
    }
    return attempt(message, call.signal, deadline);
  }

  function noAnswer(error: string, call: SubgraphCall): ExecutionResult {
    failed.inc();
    log.warn({ subgraph: name, error, ...requestFields(call) }, 'subgraph did not answer');
    return { errors: [unavailable(name)] };
  }

  return {
    name,
    async execute(request, call): Promise<ExecutionResult> {
      if (call.signal.aborted || !breaker.allows()) return { errors: [unavailable(name)] };
      const answersBefore = answers;
      try {
        const answer = await send(request, call);
        answers += 1;
        call.forwarded?.collect(name, answer.headers);
        const result = answerToCaller(answer, credentials);
        if (result !== undefined || answer.status < 500) breaker.succeeded();
        else breaker.failed();
        if (result === undefined) return noAnswer(`HTTP ${answer.status} without a GraphQL answer`, call);
        answered.inc();
        return result;
      } catch (error) {
        if (call.signal.aborted) return { errors: [unavailable(name)] };
        const isSilent = isTimeout(error) && answers === answersBefore;
        if (!(error instanceof BulkheadFull)) breaker.failed(isSilent ? WEIGHT_OF_TIMEOUT : 1);
        return noAnswer(String(error), call);
      }
    },
    subscribe: subscriptions.subscribe,
    async close() {
      await subscriptions.close();
      await pool.close();
    },
  };
}

function mayRepeat(error: unknown, { operationType }: SubgraphRequest): boolean {
  return error instanceof ConnectionFailed && (operationType === 'query' || !error.maybeSent);
}

/** Milliseconds until the retry that a response allows; infinite where it allows none. */
function retryWaitOf({ status, retryAfter }: Answer): number {
  if ((status !== 429 && status !== 503) || retryAfter === undefined) return Number.POSITIVE_INFINITY;
  const wait = /^\s*\d+\s*$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(wait) ? Number.POSITIVE_INFINITY : Math.max(0, wait);
}

function sleepUnlessAborted(milliseconds: number, signal: Cancellation): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

function webSocketUrlOf(url: URL): string {
  const webSocketUrl = new URL(url);
  webSocketUrl.protocol = url.protocol.replace('http', 'ws');
  return webSocketUrl.href;
}
