/**
 * Subscriptions of a subgraph elsewhere over graphql-transport-ws. All share one socket where each carries its own
 * credentials, and else all of one `authorization` do. The socket opens with the first subscription, is pinged, and is
 * cut when it stays silent. A stream that breaks throws SUBGRAPH_UNAVAILABLE; asking again is whoever's that reads it.
 */
import type { ExecutionResult, GraphQLError } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { ErrorCode } from '../../platform/errors.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import type { Log } from '../../platform/log.js';
import { traceFields } from '../../platform/trace.js';
import type { SubgraphCall, SubgraphClient, SubgraphRequest } from './client.js';
import type { Credentials } from './credentials.js';
import { EventQueue } from './event-queue.js';
import { errorOf, resultOf } from './http-response.js';
import { streamOf } from './stream.js';
import { StreamOverrun, unavailable } from './unavailable.js';

export interface SubscriptionsOptions {
  readonly name: string;
  readonly url: string;
  readonly credentials: Credentials;
  readonly log: Log;
}

const PING_MILLISECONDS = 10_000;
const PONG_MILLISECONDS = 5_000;
const ACKNOWLEDGE_MILLISECONDS = 5_000;
const IDLE_MILLISECONDS = 5_000;
const MAXIMUM_MESSAGE_BYTES = 16 * 2 ** 20;
/** Of one stream, while an earlier event is completed. */
const MAXIMUM_WAITING_EVENTS = 10_000;

export function openSubscriptions({
  name,
  url,
  credentials,
  log,
}: SubscriptionsOptions): Pick<SubgraphClient, 'subscribe' | 'close'> {
  const sockets = new Map<string, SubgraphSocket>();

  function socketFor(authorization: string | undefined): SubgraphSocket {
    const key = credentials.perSubscription ? '' : (authorization ?? '');
    const known = sockets.get(key);
    if (known !== undefined) return known;
    const socket = openSocket(url, {
      headers: () => (key === '' ? {} : { authorization: key }),
      connectionParams: async () => {
        const own = credentials.perSubscription
          ? await credentials.of({ identity: ANONYMOUS, authorization: undefined })
          : authorization;
        return own === undefined ? {} : { authorization: own };
      },
      onClosed: () => sockets.delete(key),
    });
    sockets.set(key, socket);
    return socket;
  }

  return {
    async subscribe(request, call) {
      call.signal.throwIfAborted();
      const authorization = await credentials.of(call);
      const socket = socketFor(authorization);
      const events = new EventQueue<ExecutionResult>({
        capacity: MAXIMUM_WAITING_EVENTS,
        overrun: () => {
          log.warn(
            { subgraph: name },
            'subscription ended: its events came faster than they could be completed',
          );
          return new StreamOverrun(name);
        },
        onReturn: () => dispose(),
      });
      let failed = (_error: Error): void => {};
      const broken = new Promise<never>((_resolve, reject) => {
        failed = reject;
      });
      const dispose = socket.client.subscribe(payloadOf(request, call, authorization), {
        next(event) {
          const result = resultOf(event);
          // Only a refusal has no data: it ends the stream, an event with errors does not.
          if (result !== undefined) events.push({ data: null, ...result });
        },
        error(reason) {
          const errors = Array.isArray(reason) ? reason.map(errorOf) : [];
          if (errors.length > 0 && !errors.some(isFailure)) {
            events.push({ errors });
            return events.end();
          }
          log.warn({ subgraph: name, reason: reasonOf(reason) }, 'subscription broke');
          events.end(unavailable(name));
          failed(unavailable(name));
        },
        complete: () => events.end(),
      });
      await Promise.race([socket.connected, broken]);
      return streamOf(events, call.signal);
    },
    async close() {
      await Promise.all([...sockets.values()].map((socket) => socket.client.dispose()));
    },
  };

  function payloadOf(
    { query, operationName, variables }: SubgraphRequest,
    call: SubgraphCall,
    authorization: string | undefined,
  ) {
    return {
      query,
      operationName: operationName ?? null,
      variables: { ...variables },
      extensions: {
        ...traceFields(call),
        ...(credentials.perSubscription ? { authorization } : {}),
      },
    };
  }
}

interface SubgraphSocket {
  readonly client: Client;
  readonly connected: Promise<void>;
}

function openSocket(
  url: string,
  options: {
    headers(): Record<string, string>;
    connectionParams(): Promise<Record<string, unknown>>;
    onClosed(): void;
  },
): SubgraphSocket {
  class Socket extends WebSocket {
    constructor(address: string, protocols: string) {
      super(address, protocols, {
        headers: options.headers(),
        maxPayload: MAXIMUM_MESSAGE_BYTES,
        perMessageDeflate: false,
        handshakeTimeout: ACKNOWLEDGE_MILLISECONDS,
      });
    }
  }
  let silence: NodeJS.Timeout | undefined;
  let resolveConnected = (): void => {};
  const connected = new Promise<void>((resolve) => {
    resolveConnected = resolve;
  });
  const client = createClient({
    url,
    webSocketImpl: Socket,
    lazyCloseTimeout: IDLE_MILLISECONDS,
    retryAttempts: 0,
    keepAlive: PING_MILLISECONDS,
    connectionAckWaitTimeout: ACKNOWLEDGE_MILLISECONDS,
    connectionParams: options.connectionParams,
    on: {
      connected: () => resolveConnected(),
      ping(received) {
        if (received) return;
        silence = setTimeout(() => client.terminate(), PONG_MILLISECONDS);
      },
      pong(received) {
        if (received) clearTimeout(silence);
      },
      closed() {
        clearTimeout(silence);
        options.onClosed();
      },
    },
  });
  return { client, connected };
}

/** A stream that fails on the other side is one that breaks; every other error is an answer. */
function isFailure({ extensions }: GraphQLError): boolean {
  return extensions.code === ErrorCode.INTERNAL_SERVER_ERROR;
}

function reasonOf(reason: unknown): string {
  if (reason instanceof Error) return reason.message;
  return typeof reason === 'object' && reason !== null && 'code' in reason
    ? `closed ${String(reason.code)}`
    : 'closed';
}
