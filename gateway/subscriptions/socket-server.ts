/**
 * Serves clients over graphql-transport-ws: identifies each connection, executes its operations, and closes it when its access
 * token expires. The events of a stream are written to every socket as shared bytes.
 */
import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { ErrorCode, requestError } from '../../platform/errors.js';
import {
  type AdmitUpgrade,
  closeGracefully,
  type Upgrade,
  upgradeAt,
} from '../../platform/http/web-sockets.js';
import { preferredLanguage } from '../../platform/language/language.js';
import { continueTrace, type TraceContext } from '../../platform/trace.js';
import { ForwardedHeaders, type HeaderRules } from '../clients/header-rules.js';
import type { OperationRequest } from '../pipeline/admission.js';
import type { Caller } from '../pipeline/caller.js';
import { type ErrorPolicy, presentErrors } from '../pipeline/errors.js';
import type { ExecutableOperation, OperationCaller } from '../pipeline/planner.js';
import { Refusal } from '../pipeline/refusal.js';
import { ClientSocket } from './client-socket.js';
import { Frame } from './frame.js';
import { type SocketCallerOptions, SocketCallers } from './socket-caller.js';
import { type Connection, callerOfConnection } from './socket-connection.js';
import type { SocketLimits } from './socket-limits.js';
import type { SocketOperation } from './socket-operation.js';
import { Session } from './socket-session.js';
import { readyOperation, Stream, type StreamServices } from './stream.js';

export interface WebSocketServerOptions extends StreamServices, SocketCallerOptions {
  readonly errors: ErrorPolicy;
  readonly admitUpgrade: AdmitUpgrade;
  readonly limits: SocketLimits;
  /** Undefined: no header of clients is passed on. */
  readonly headerRules: HeaderRules | undefined;
}

export interface ClientSockets {
  readonly upgrade: Upgrade;
  readonly size: () => number;
  /** Closes every socket with 1001, so that its client reconnects elsewhere. */
  stop(): Promise<void>;
}

const PATH = '/graphql';
const HEARTBEAT_MILLISECONDS = 15_000;

export function serveWebSockets(options: WebSocketServerOptions): ClientSockets {
  const { graphs, rateLimits, errors: policy, limits, log } = options;
  const callers = new SocketCallers(options);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    // Another protocol is accepted and then closed with 4406: a refused handshake gives the client no reason.
    handleProtocols: (offered) => handleProtocols(offered) || ([...offered][0] ?? false),
  });

  function enforceLimits(session: Session, caller: Caller): void {
    if (session.size > limits.operations) {
      throw Refusal.of(
        ErrorCode.RATE_LIMITED,
        `A socket carries at most ${limits.operations} operations at once`,
      );
    }
    rateLimits.fromAddress(caller.address);
    rateLimits.fromPerson(caller);
  }

  async function answer(
    connection: Connection,
    session: Session,
    operation: SocketOperation,
    payload: SubscribePayload,
  ): Promise<void> {
    const { signal } = operation;
    const caller = callerOfConnection(connection);
    enforceLimits(session, caller);
    const request = options.admission.read(payload);
    const { headers } = connection;
    const forwarded = forwardedBy(connection);
    const call: OperationCaller = { caller, headers, ...traceOf(payload), signal, forwarded };
    await graphs.current.during(async (graph) => {
      const ready = await readyOperation(options, graph, request, call);
      if (signal.aborted) return;
      if (ready.prepared.subscription) return openStream(connection, operation, request, call, ready);
      const { text, hasData } = await options.runner.runToText(ready);
      if (!hasData) return operation.fail(JSON.parse(text).errors);
      operation.next(new Frame(text));
      operation.complete();
    });
  }

  /** Without cookies, since a page of another site can open a socket with the browser's cookies. */
  function forwardedBy({ headers: all }: Connection): ForwardedHeaders | undefined {
    if (options.headerRules === undefined) return undefined;
    const { cookie: _cookie, ...headers } = all;
    return new ForwardedHeaders(options.headerRules, headers);
  }

  function fail({ headers }: Connection, operation: SocketOperation, error: unknown): void {
    if (!(error instanceof Refusal)) log.error({ error: String(error) }, 'operation failed');
    const errors = error instanceof Refusal ? error.errors : [failure()];
    const language = preferredLanguage(headers['accept-language']);
    operation.fail(presentErrors(errors, policy, language).map((one) => one.toJSON()));
  }

  function openStream(
    connection: Connection,
    operation: SocketOperation,
    request: OperationRequest,
    call: OperationCaller,
    ready: ExecutableOperation,
  ): void {
    const stream = new Stream(options, request, call, connection.socket, {
      event: (frame) => operation.next(frame),
      complete: () => {
        connection.streams.delete(stream);
        operation.complete();
      },
      fail: (errors) => {
        connection.streams.delete(stream);
        fail(connection, operation, new Refusal(errors));
      },
    });
    connection.streams.add(stream);
    const close = () => {
      connection.streams.delete(stream);
      stream.close();
    };
    call.signal.addEventListener('abort', close, { once: true });
    stream.open(ready);
    // The token may have been renewed while the operation was prepared.
    stream.continueAs(callerOfConnection(connection));
  }

  function connected(webSocket: WebSocket, request: IncomingMessage): void {
    webSocket.on('error', (error) => log.debug({ error: error.message }, 'client socket failed'));
    if (webSocket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      webSocket.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
      return;
    }
    const socket = new ClientSocket(webSocket, request.socket, limits.bufferedBytes);
    const connection: Connection = {
      ...{ socket, request, headers: request.headers },
      ...{ streams: new Set(), renewals: Promise.resolve() },
    };
    const session = new Session(socket, {
      connect: (parameters) => callers.connect(connection, parameters),
      tokenIn: (payload) => callers.tokenIn(payload),
      renew: (token) => callers.renew(connection, token),
      subscribe(operation, payload) {
        answer(connection, session, operation, payload).catch((error: unknown) =>
          fail(connection, operation, error),
        );
      },
      failed: (error) => log.error({ error: String(error) }, 'a client could not connect'),
    });
    webSocket.on('message', (message) => session.receive(String(message)));
    webSocket.on('pong', () => alive.add(webSocket));
    webSocket.once('close', () => {
      connection.stopFollowing?.();
      session.end();
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
    upgrade: upgradeAt(PATH, sockets, connected, options.admitUpgrade),
    size: () => sockets.clients.size,
    async stop() {
      clearInterval(heartbeat);
      await closeGracefully(sockets);
    },
  };
}

function failure(): GraphQLError {
  return requestError(ErrorCode.INTERNAL_SERVER_ERROR, 'Internal server error');
}

/** Each operation of a socket is a request of its own, with its trace context in its `extensions`. */
function traceOf({ extensions }: SubscribePayload): TraceContext {
  return continueTrace(extensions?.traceparent, extensions?.tracestate);
}
