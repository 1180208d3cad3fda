/**
 * Clients over graphql-transport-ws. The protocol itself is graphql-ws'; what is ours is who may connect and for how
 * long, what an operation may be, and that the events of a stream are written to the socket as bytes shared with others.
 */
import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, type GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import { type Context, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { ErrorCode, requestError } from '../../platform/errors.js';
import { sayGoodbye, type Upgrade, upgradeAt } from '../../platform/http/web-sockets.js';
import type { Log } from '../../platform/log.js';
import { newTraceparent } from '../../platform/trace.js';
import { callerOf } from '../access/caller.js';
import type { RateLimits } from '../access/rate-limits.js';
import type { TokenVerifier } from '../access/token.js';
import { type ErrorPolicy, presentErrors } from '../operations/errors.js';
import type { OperationCaller, ReadyOperation } from '../operations/planner.js';
import { Refusal } from '../operations/refusal.js';
import { addressOf } from '../server/http-call.js';
import { documentIdOf } from '../server/plain-request.js';
import type { GraphSource } from '../supergraph/watch.js';
import { ClientSocket } from './client-socket.js';
import { authorizationOf, type Connection, callerOfConnection, closeOnExpiry } from './connection.js';
import type { SocketLimits } from './socket-limits.js';
import { type OperationRequest, readyOperation, Stream, type StreamServices } from './stream.js';
import { StreamIterator } from './stream-iterator.js';

export interface WebSocketServerOptions extends StreamServices {
  readonly graphs: GraphSource;
  readonly verifier: TokenVerifier | undefined;
  readonly rateLimits: RateLimits;
  readonly errors: ErrorPolicy;
  readonly trustedProxies: number;
  readonly limits: SocketLimits;
  /** Subscription fields whose every event makes the former void. */
  readonly levelFields: readonly string[];
  readonly log: Log;
}

export interface ClientSockets {
  readonly upgrade: Upgrade;
  readonly size: () => number;
  /** Tells every client to connect elsewhere (close code 1001). */
  stop(): Promise<void>;
}

const PATH = '/graphql';
const HEARTBEAT_MILLISECONDS = 15_000;
const TRY_AGAIN_LATER = 1013;

type ConnectionContext = Context<Record<string, unknown> | undefined, Connection>;

/** What travels through graphql-ws, from where an operation is accepted to where it is run. */
class Accepted {
  readonly id: string;
  readonly operation: ReadyOperation;
  readonly stream: StreamIterator | undefined;

  constructor(id: string, operation: ReadyOperation, stream?: StreamIterator) {
    this.id = id;
    this.operation = operation;
    this.stream = stream;
  }

  static of({ contextValue }: ExecutionArgs): Accepted {
    if (contextValue instanceof Accepted) return contextValue;
    throw new TypeError('An operation that was never accepted');
  }
}

export function serveWebSockets(options: WebSocketServerOptions): ClientSockets {
  const { graphs, verifier, rateLimits, errors: policy, limits, log } = options;
  const levelFields = new Set(options.levelFields);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    // What is not spoken here is accepted and then closed with 4406: a refused handshake says no reason.
    handleProtocols: (offered) => handleProtocols(offered) || ([...offered][0] ?? false),
  });

  const protocol = makeServer<Record<string, unknown> | undefined, Connection>({
    async onConnect({ connectionParams, extra }) {
      try {
        const address = addressOf(extra.request, options.trustedProxies);
        rateLimits.fromAddress(address);
        const authorization = authorizationOf(connectionParams) ?? extra.request.headers.authorization;
        extra.caller = await callerOf(verifier, authorization, address);
        closeOnExpiry(extra, extra.caller.expiresAt);
        return true;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (error.status !== 401) extra.socket.close(TRY_AGAIN_LATER, error.message);
        return false;
      }
    },

    async onSubscribe(context, id, payload) {
      try {
        return await accept(context, id, payload);
      } catch (error) {
        if (error instanceof Refusal) return presentErrors(error.errors, policy);
        log.error({ error: String(error) }, 'operation failed');
        return [failure()];
      }
    },

    async execute(args) {
      try {
        return await options.runner.run(Accepted.of(args).operation);
      } catch (error) {
        if (error instanceof Refusal) return { errors: presentErrors(error.errors, policy) };
        throw error;
      }
    },

    subscribe(args) {
      const { stream } = Accepted.of(args);
      if (stream === undefined) throw new TypeError('Only a subscription has a stream');
      return stream;
    },

    onError(_context, _id, _payload, errors) {
      const refused = errors[0]?.originalError;
      const told = refused instanceof Refusal ? presentErrors(refused.errors, policy) : errors;
      return told.map((error) => error.toJSON());
    },
  });

  async function accept(
    { extra, subscriptions }: ConnectionContext,
    id: string,
    payload: SubscribePayload,
  ): Promise<ExecutionArgs> {
    if (Object.keys(subscriptions).length > limits.operations) {
      throw Refusal.of(
        ErrorCode.RATE_LIMITED,
        `A socket carries at most ${limits.operations} operations at once`,
      );
    }
    const caller = callerOfConnection(extra);
    rateLimits.fromAddress(caller.address);
    rateLimits.fromPerson(caller);
    const request = {
      query: textOf(payload),
      operationName: payload.operationName || undefined,
      variables: payload.variables ?? {},
    };
    const call: OperationCaller = {
      caller,
      traceparent: newTraceparent(),
      signal: extra.closed.signal,
    };
    const graph = graphs.current;
    const operation = await readyOperation(options, graph, request, call);
    return {
      schema: graph.supergraph.apiSchema,
      document: operation.prepared.document,
      operationName: operation.prepared.name ?? null,
      contextValue: new Accepted(
        id,
        operation,
        operation.prepared.subscription && openStream(extra, id, request, call, operation),
      ),
    };
  }

  function textOf(payload: SubscribePayload): string {
    const id = documentIdOf({ ...payload });
    return (id === undefined ? undefined : options.admission.textOf(id)) ?? payload.query;
  }

  function openStream(
    { socket }: Connection,
    id: string,
    request: OperationRequest,
    call: OperationCaller,
    operation: ReadyOperation,
  ): StreamIterator {
    const write = socket.writerFor(id);
    const isOfLevels = selectsOnly(levelFields, operation.prepared.definition);
    const stream = new Stream(options, request, call, {
      event(frame) {
        write(frame);
        if (!isOfLevels || !socket.isSlow) return;
        // What is old by the time it is read is not worth waiting for.
        stream.pause();
        socket.whenDrained(() => void stream.resume(graphs.current));
      },
      complete: () => iterator.complete(),
      fail: (errors) => iterator.fail(new Refusal(errors)),
    });
    const iterator = new StreamIterator(() => stream.close());
    stream.open(operation);
    return iterator;
  }

  function connected(webSocket: WebSocket, request: IncomingMessage): void {
    const socket = new ClientSocket(webSocket, limits.bufferedBytes);
    const connection: Connection = { socket, request, closed: new AbortController() };
    const closed = protocol.opened(socket, connection);
    webSocket.on('error', (error) => log.debug({ error: error.message }, 'client socket failed'));
    webSocket.on('pong', () => alive.add(webSocket));
    webSocket.once('close', (code, reason) => {
      clearTimeout(connection.expiry);
      connection.closed.abort();
      closed(code, String(reason)).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'a client was not let go as it should');
      });
    });
    alive.add(webSocket);
  }

  const alive = new WeakSet<WebSocket>();
  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, HEARTBEAT_MILLISECONDS);
  heartbeat.unref();

  return {
    upgrade: upgradeAt(PATH, sockets, connected),
    size: () => sockets.clients.size,
    async stop() {
      clearInterval(heartbeat);
      await sayGoodbye(sockets);
    },
  };
}

function selectsOnly(fields: ReadonlySet<string>, { selectionSet }: OperationDefinitionNode): boolean {
  return selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && fields.has(selection.name.value),
  );
}

function failure(): GraphQLError {
  return requestError(ErrorCode.INTERNAL_SERVER_ERROR, 'Internal server error');
}
