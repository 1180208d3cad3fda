/**
 * Subscriptions of a subgraph elsewhere over graphql-transport-ws. Those whose upgrade requests would be equal share one
 * connection: the request carries the headers that rules pass on, and the `authorization` unless each subscription carries
 * its own credentials.
 *
 * One subscription may be the cause when a shared connection closes (a server that fails, a message that cannot be read). Each
 * of them is then interrupted and opened again on a connection of its own, where the one at fault ends by itself.
 */
import type { ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode } from 'graphql-ws';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { AsyncQueue } from '../../platform/kit/async-queue.js';
import type { Log } from '../../platform/log.js';
import { traceFields } from '../../platform/trace.js';
import { streamOf } from './abortable-stream.js';
import type { SubgraphCall, SubgraphRequest, Subscriptions } from './client.js';
import type { Credentials } from './credentials.js';
import { StreamInterrupted, StreamOverrun, unavailable } from './failures.js';
import { REFUSAL_MILLISECONDS, refusalOf, resultOf, streamErrorsOf } from './response.js';
import { type Closure, SubgraphConnection } from './web-socket-connection.js';

export interface WebSocketOptions {
  readonly name: string;
  readonly url: string;
  readonly credentials: Credentials;
  readonly log: Log;
}

/** What the upgrade request carries: subscriptions that differ in it share no connection. */
interface ConnectionHeaders {
  /** Undefined where each subscription carries its own. */
  readonly authorization: string | undefined;
  readonly forwarded: Readonly<Record<string, string>>;
}

const NO_HEADERS: Readonly<Record<string, string>> = {};

/** Events of one stream that wait to be completed. */
const MAXIMUM_WAITING_EVENTS = 10_000;

/** Close codes of RFC 6455 and graphql-transport-ws after which the same subscription would fail again. */
const FINAL_CODES: ReadonlySet<number> = new Set([
  1002,
  1003,
  1007,
  1008,
  1009,
  1010,
  1011,
  CloseCode.InternalServerError,
  CloseCode.InternalClientError,
  CloseCode.BadRequest,
  CloseCode.BadResponse,
  CloseCode.SubprotocolNotAcceptable,
  CloseCode.SubscriberAlreadyExists,
  CloseCode.TooManyInitialisationRequests,
]);

/** Close codes that refuse the credentials, as HTTP statuses. */
const REFUSALS: ReadonlyMap<number, 401 | 403> = new Map([
  [CloseCode.Unauthorized, 401],
  [CloseCode.Forbidden, 403],
]);

export function webSocketSubscriptions({ name, url, credentials, log }: WebSocketOptions): Subscriptions {
  const shared = new Map<string, SubgraphConnection>();
  const open = new Set<SubgraphConnection>();

  function connect({ authorization, forwarded }: ConnectionHeaders, onClosed = () => {}): SubgraphConnection {
    const connection = new SubgraphConnection({
      url,
      headers: authorization === undefined ? forwarded : { ...forwarded, authorization },
      async initialPayload() {
        const own = credentials.perSubscription
          ? await credentials.of({ identity: ANONYMOUS, authorization: undefined })
          : authorization;
        return own === undefined ? {} : { authorization: own };
      },
      onClosed() {
        open.delete(connection);
        onClosed();
      },
    });
    open.add(connection);
    return connection;
  }

  function connectionFor(headers: ConnectionHeaders): SubgraphConnection {
    const key = JSON.stringify(headers);
    const known = shared.get(key);
    if (known?.isOpen) return known;
    const connection = connect(headers, () => {
      if (shared.get(key) === connection) shared.delete(key);
    });
    shared.set(key, connection);
    return connection;
  }

  function payloadOf(
    { query, operationName, variables }: SubgraphRequest,
    call: SubgraphCall,
    authorization: string | undefined,
  ) {
    return {
      query,
      operationName: operationName ?? null,
      variables: { ...variables },
      extensions: { ...traceFields(call), ...(credentials.perSubscription ? { authorization } : {}) },
    };
  }

  return {
    async subscribe(request, call) {
      call.signal.throwIfAborted();
      const authorization = await credentials.of(call);
      const overrun = (): Error => {
        log.warn({ subgraph: name }, 'a stream ended: its events came faster than they could be completed');
        return new StreamOverrun(name);
      };
      const events = new AsyncQueue<ExecutionResult>({
        overflow: { kind: 'fail', capacity: MAXIMUM_WAITING_EVENTS, error: overrun },
        onReturn: () => unsubscribe(),
      });
      const endWith = (errors: readonly GraphQLError[]): void => {
        events.push({ errors });
        events.end();
      };
      const fail = (reason: string): void => {
        log.warn({ subgraph: name, reason }, 'a stream of a subgraph failed');
        events.end(unavailable(name));
      };
      const closed = ({ code, reason, status, wasShared }: Closure): void => {
        first.passed();
        const refused = credentials.owner === 'caller' && refusalOf(status ?? REFUSALS.get(code));
        const isFinal = FINAL_CODES.has(code);
        if (refused) endWith([refused]);
        else if (isFinal && !wasShared) fail(`closed with ${code} ${reason}`);
        else events.end(new StreamInterrupted(unavailable(name), { reason, mustIsolate: isFinal }));
      };
      const first = new FirstAnswer((event) => events.push(event));
      const headers = {
        authorization: credentials.perSubscription ? undefined : authorization,
        forwarded: call.forwarded?.requestFor(name) ?? NO_HEADERS,
      };
      const connection = call.isIsolated ? connect(headers) : connectionFor(headers);
      const unsubscribe = connection.subscribe(payloadOf(request, call, authorization), {
        next(payload) {
          const result = resultOf(payload);
          if (result !== undefined) {
            first.next(result);
          } else {
            unsubscribe();
            fail('an event is not a GraphQL answer');
          }
        },
        error(payload) {
          first.passed();
          const errors = streamErrorsOf(payload);
          const interruption = StreamInterrupted.among(errors);
          if (interruption !== undefined) events.end(interruption);
          else if (errors.length > 0) endWith(errors);
          else fail('it ended with a malformed error');
        },
        complete() {
          first.completed();
          events.end();
        },
        fail,
        closed,
      });
      const stream = streamOf(events, call.signal);
      await connection.settled;
      return stream;
    },
    async close() {
      for (const connection of open) connection.close();
    },
  };
}

/**
 * Distinguishes a refusal from an event that failed: some servers refuse with a result without data that they complete at once.
 * Such a result is held back if it comes first, until something follows it or `REFUSAL_MILLISECONDS` have passed.
 */
class FirstAnswer {
  readonly #push: (event: ExecutionResult) => void;
  #isFirst = true;
  #held: ExecutionResult | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(push: (event: ExecutionResult) => void) {
    this.#push = push;
  }

  next(answer: ExecutionResult): void {
    this.passed();
    if (this.#isFirst && answer.data === undefined) {
      this.#held = answer;
      this.#timer = setTimeout(() => this.passed(), REFUSAL_MILLISECONDS);
    } else {
      this.#push({ data: null, ...answer });
    }
    this.#isFirst = false;
  }

  completed(): void {
    if (this.#held !== undefined) this.#push(this.#held);
    this.#release();
  }

  /** Releases a held result as an event. */
  passed(): void {
    if (this.#held !== undefined) this.#push({ data: null, ...this.#held });
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#timer);
    this.#held = undefined;
  }
}
