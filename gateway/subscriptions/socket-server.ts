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
import type { Log } from '../../platform/log.js';
import { continueTrace, type TraceContext } from '../../platform/trace.js';
import { ForwardedHeaders, type HeaderRules } from '../clients/header-rules.js';
import type { OperationRequest } from '../pipeline/admission.js';
import type { Caller, IdentifyCaller } from '../pipeline/caller.js';
import { type ErrorPolicy, presentErrors } from '../pipeline/errors.js';
import type { ExecutableOperation, OperationCaller } from '../pipeline/planner.js';
import type { RateLimits } from '../pipeline/rate-limits.js';
import { Refusal } from '../pipeline/refusal.js';
import type { Revocations } from '../pipeline/revocations.js';
import { ClientSocket } from './client-socket.js';
import { type CallerEnd, onCallerEnd, TRY_AGAIN_LATER } from './connection-end.js';
import { Frame } from './frame.js';
import {
  acceptLanguageOf,
  authorizationOf,
  type Connection,
  callerOfConnection,
} from './socket-connection.js';
import type { SocketLimits } from './socket-limits.js';
import type { SocketOperation } from './socket-operation.js';
import { Session } from './socket-session.js';
import { readyOperation, Stream, type StreamServices } from './stream.js';

export interface WebSocketServerOptions extends StreamServices {
  readonly identify: IdentifyCaller;
  /** Undefined: tokens are valid until they expire. */
  readonly revocations: Revocations | undefined;
  readonly rateLimits: RateLimits;
  readonly errors: ErrorPolicy;
  readonly admitUpgrade: AdmitUpgrade;
  readonly limits: SocketLimits;
  /** Undefined: no header of clients is passed on. */
  readonly headerRules: HeaderRules | undefined;
  readonly log: Log;
}

export interface ClientSockets {
  readonly upgrade: Upgrade;
  readonly size: () => number;
  /** Closes every socket with 1001, so that its client reconnects elsewhere. */
  stop(): Promise<void>;
}

const PATH = '/graphql';
const HEARTBEAT_MILLISECONDS = 15_000;

const END_REASONS: Readonly<Record<CallerEnd, string>> = {
  expired: 'The access token has expired',
  revoked: 'The access token was revoked',
  unconfirmed: 'What staff may do cannot be confirmed at the moment',
};

export function serveWebSockets(options: WebSocketServerOptions): ClientSockets {
  const { graphs, identify, rateLimits, errors: policy, limits, log } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    // Another protocol is accepted and then closed with 4406: a refused handshake gives the client no reason.
    handleProtocols: (offered) => handleProtocols(offered) || ([...offered][0] ?? false),
  });

  async function connect(
    connection: Connection,
    parameters: Readonly<Record<string, unknown>> | undefined,
  ): Promise<boolean> {
    try {
      const { request } = connection;
      const authorization = authorizationOf(parameters) ?? request.headers.authorization;
      const acceptLanguage = acceptLanguageOf(parameters);
      if (acceptLanguage !== undefined)
        connection.headers = { ...request.headers, 'accept-language': acceptLanguage };
      connection.caller = await identify(request, authorization);
      if (connection.caller.isUnconfirmed) {
        connection.socket.close(TRY_AGAIN_LATER, END_REASONS.unconfirmed);
        return false;
      }
      closeWithCaller(connection, connection.caller, options.revocations);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status !== 401) connection.socket.close(TRY_AGAIN_LATER, error.message);
      return false;
    }
  }

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
      complete: () => operation.complete(),
      fail: (errors) => fail(connection, operation, new Refusal(errors)),
    });
    call.signal.addEventListener('abort', () => stream.close(), { once: true });
    stream.open(ready);
  }

  function connected(webSocket: WebSocket, request: IncomingMessage): void {
    webSocket.on('error', (error) => log.debug({ error: error.message }, 'client socket failed'));
    if (webSocket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) {
      webSocket.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
      return;
    }
    const socket = new ClientSocket(webSocket, request.socket, limits.bufferedBytes);
    const connection: Connection = { socket, request, headers: request.headers };
    const session = new Session(socket, {
      connect: (parameters) => connect(connection, parameters),
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
      connection.stopWaiting?.();
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

/** A client with a newer token reconnects, as graphql-ws does by itself. */
function closeWithCaller(connection: Connection, caller: Caller, revocations: Revocations | undefined): void {
  const { socket } = connection;
  if (!socket.isOpen) return;
  connection.stopWaiting = onCallerEnd(caller, revocations, (why) => {
    socket.close(why === 'unconfirmed' ? TRY_AGAIN_LATER : CloseCode.Forbidden, END_REASONS[why]);
  });
}

function failure(): GraphQLError {
  return requestError(ErrorCode.INTERNAL_SERVER_ERROR, 'Internal server error');
}

/** Each operation of a socket is a request of its own, with its trace context in its `extensions`. */
function traceOf({ extensions }: SubscribePayload): TraceContext {
  return continueTrace(extensions?.traceparent, extensions?.tracestate);
}
