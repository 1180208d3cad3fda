/**
 * Sessions of browsers at `/session`: `POST` opens one and sets its cookie, `GET` says whose it is, `DELETE` ends it. Each runs an operation
 * of the graph, through the same steps as a client's: a `POST` counts as an attempt to sign in, as `signIn` does. Pages of other origins
 * get 403 for what changes a session, and 401 for what reads one.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import { ClientDisconnect } from '../../platform/http/client-disconnect.js';
import type { Route } from '../../platform/http/server.js';
import { preferredLanguage } from '../../platform/language/language.js';
import { continueTrace } from '../../platform/trace.js';
import { ForwardedHeaders, type HeaderRules } from '../clients/header-rules.js';
import type { Admission } from '../pipeline/admission.js';
import type { BrowserSessions } from '../pipeline/browser-sessions.js';
import type { Caller } from '../pipeline/caller.js';
import { type ErrorPolicy, presentErrors } from '../pipeline/errors.js';
import type { GraphSource } from '../pipeline/graph-in-service.js';
import type { OperationRunner } from '../pipeline/operation-runner.js';
import type { OperationPlanner } from '../pipeline/planner.js';
import { Refusal } from '../pipeline/refusal.js';
import { type CrossOrigin, SECURITY_HEADERS } from './cross-origin.js';
import { callerByCookie, countingCookieOf } from './identify-caller.js';
import type { RequestGuard } from './request-guard.js';
import { noSessionCookie, sessionCookie } from './session-cookie.js';
import { credentialsSchema, meAnswer, SESSION_OPERATIONS, signInAnswer } from './session-operations.js';

export interface SessionRouteOptions {
  readonly sessions: BrowserSessions;
  readonly graphs: GraphSource;
  readonly admission: Admission;
  readonly planner: OperationPlanner;
  readonly runner: OperationRunner;
  readonly requestGuard: RequestGuard;
  readonly crossOrigin: CrossOrigin;
  readonly headerRules: HeaderRules | undefined;
  readonly errors: ErrorPolicy;
  readonly trustedProxies: number;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly headers: Record<string, string>;
}

interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** Of an answer's errors by their code; of others a 500. */
const STATUS_OF_ERROR: Readonly<Record<string, number>> = {
  [ErrorCode.UNAUTHENTICATED]: 401,
  // An account that was deleted while its session was open.
  [ErrorCode.NOT_FOUND]: 401,
  [ErrorCode.FORBIDDEN]: 403,
  [ErrorCode.BAD_USER_INPUT]: 400,
  [ErrorCode.OPERATION_TOO_COMPLEX]: 400,
  [ErrorCode.RATE_LIMITED]: 429,
  [ErrorCode.SUBGRAPH_UNAVAILABLE]: 503,
};
/** Of user errors by their code; of others a 400. */
const STATUS_OF_FAULT: Readonly<Record<string, number>> = {
  INVALID_CREDENTIALS: 401,
  SECOND_FACTOR_REQUIRED: 401,
  TOO_MANY_ATTEMPTS: 429,
};
const RETRY_SECONDS = '1';
/** The access token is renewed at each `GET`, so that the roles it answers are those that requests have from then on. */
const NEWEST = 0;

export function sessionRoute(options: SessionRouteOptions): Route {
  const { sessions, graphs, admission, planner, runner, requestGuard, crossOrigin, headerRules } = options;

  function run(
    query: string,
    variables: Readonly<Record<string, unknown>>,
    caller: Caller,
    { request: { headers }, response }: Exchange,
  ): Promise<ExecutionResult> {
    const call = {
      caller,
      headers,
      ...continueTrace(headers.traceparent, headers.tracestate),
      signal: new ClientDisconnect(response),
      forwarded: headerRules && new ForwardedHeaders(headerRules, headers),
    };
    return graphs.current.during(async (graph) => {
      const operation = admission.admit(graph, { query, operationName: undefined });
      return runner.run(await planner.readyToAnswer(graph, operation, variables, call));
    });
  }

  async function open(exchange: Exchange): Promise<Reply> {
    const { request, headers } = exchange;
    const anonymous = requestGuard.anonymous(request, headers);
    if (!crossOrigin.isSameOrigin(request)) throw fromElsewhere();
    const input = credentialsSchema.safeParse(await requestGuard.bodyOf(request));
    if (!input.success) throw badInput();
    const answer = await run(SESSION_OPERATIONS.signIn, { input: input.data }, anonymous, exchange);
    if (answer.errors !== undefined) return failed(answer.errors);
    const { session, userErrors } = signInAnswer.parse(answer.data).signIn;
    if (session === null) return faulty(userErrors);
    const { refreshToken, accessToken } = session;
    await sessions.opened(refreshToken, accessToken);
    await endFormer(exchange);
    return {
      status: 204,
      headers: { 'set-cookie': sessionCookie(refreshToken, crossOrigin.calledAt(request)) },
    };
  }

  /** The session that the browser had until now, whose cookie it has no more. Should that fail, it ends by itself one day. */
  async function endFormer(exchange: Exchange): Promise<void> {
    const former = countingCookieOf(exchange.request, options);
    if (former === undefined) return;
    const caller = await callerByCookie(exchange.request, former, options);
    if (!caller?.isSignedIn) return;
    sessions.ended(former);
    await run(SESSION_OPERATIONS.signOut, {}, caller, exchange).catch(() => undefined);
  }

  async function show(exchange: Exchange): Promise<Reply> {
    const caller = await signedIn(exchange);
    const answer = await run(SESSION_OPERATIONS.me, {}, caller, exchange);
    if (answer.errors !== undefined) return failed(answer.errors);
    return { status: 200, body: { customer: meAnswer.parse(answer.data).me } };
  }

  async function signedIn({ request, headers }: Exchange): Promise<Caller> {
    const identified = await requestGuard.identify(request, headers);
    if ('refusal' in identified) throw identified.refusal;
    const cookie = identified.session && countingCookieOf(request, options);
    const caller = cookie ? await callerByCookie(request, cookie, options, NEWEST) : identified;
    if (caller?.isUnconfirmed && !caller.isSignedIn) throw unavailable();
    if (!caller?.isSignedIn) throw signedOut();
    return caller;
  }

  async function close(exchange: Exchange): Promise<Reply> {
    const { request, headers } = exchange;
    if (request.headers.authorization === undefined && !crossOrigin.isSameOrigin(request))
      throw fromElsewhere();
    const caller = await requestGuard.identify(request, headers);
    if ('refusal' in caller) throw caller.refusal;
    if (caller.isUnconfirmed && !caller.isSignedIn) throw unavailable();
    const { errors } = caller.isSignedIn ? await run(SESSION_OPERATIONS.signOut, {}, caller, exchange) : {};
    if (errors !== undefined) return failed(errors);
    // An access token ends its own session: the browser's goes on.
    if (caller.isSignedIn && caller.session === undefined) return { status: 204 };
    const cookie = countingCookieOf(request, options);
    if (cookie !== undefined) sessions.ended(cookie);
    return { status: 204, headers: { 'set-cookie': noSessionCookie(crossOrigin.calledAt(request)) } };
  }

  async function replyTo(exchange: Exchange): Promise<Reply> {
    switch (exchange.request.method) {
      case 'POST':
        return open(exchange);
      case 'GET':
        return show(exchange);
      case 'DELETE':
        return close(exchange);
      default:
        return { status: 405, headers: { allow: 'GET, POST, DELETE' } };
    }
  }

  function refused({ errors, status = 400, headers }: Refusal, { request }: Exchange): Reply {
    const language = preferredLanguage(request.headers['accept-language']);
    const presented = presentErrors(errors, options.errors, language);
    return {
      ...failed(presented),
      status,
      headers: { ...headers, ...(status === 413 && { connection: 'close' }) },
    };
  }

  return {
    method: 'ANY',
    path: '/session',
    sendsRequestId: true,
    async handle(request, response, _url, requestId) {
      const headers: Record<string, string> = { ...SECURITY_HEADERS, 'x-request-id': requestId };
      const exchange = { request, response, headers };
      const reply = await replyTo(exchange).catch((error: unknown) => {
        if (error instanceof Refusal) return refused(error, exchange);
        throw error;
      });
      const text = reply.body && JSON.stringify(reply.body);
      response
        .writeHead(reply.status, {
          ...headers,
          ...reply.headers,
          ...(text !== undefined && {
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(text),
          }),
        })
        .end(text);
    },
  };
}

function failed(errors: readonly Pick<GraphQLError, 'message' | 'extensions'>[]): Reply {
  const shown = errors.map(({ message, extensions }) => ({ code: String(extensions.code), message }));
  const status = STATUS_OF_ERROR[shown[0]?.code ?? ''] ?? 500;
  return {
    status,
    body: { errors: shown },
    headers: status === 503 ? { 'retry-after': RETRY_SECONDS } : {},
  };
}

function faulty(userErrors: readonly { readonly code: string; readonly retryAt: string | null }[]): Reply {
  const [first] = userErrors;
  const wait = first?.retryAt ? Math.ceil((Date.parse(first.retryAt) - Date.now()) / 1_000) : undefined;
  return {
    status: STATUS_OF_FAULT[first?.code ?? ''] ?? 400,
    body: { userErrors },
    headers: wait === undefined ? {} : { 'retry-after': String(Math.max(1, wait)) },
  };
}

function badInput(): Refusal {
  const message = 'A session is opened by { "email", "password" }, and "code" where a second factor is set';
  return Refusal.of(ErrorCode.BAD_USER_INPUT, message, { status: 400 });
}

function fromElsewhere(): Refusal {
  const message = "A session is opened and ended from the gateway's own origin";
  return Refusal.of(ErrorCode.FORBIDDEN, message, { status: 403 });
}

function signedOut(): Refusal {
  return Refusal.of(ErrorCode.UNAUTHENTICATED, 'Sign in first', { status: 401 });
}

function unavailable(): Refusal {
  return Refusal.of(ErrorCode.SUBGRAPH_UNAVAILABLE, 'Sessions cannot be looked up at the moment', {
    status: 503,
    headers: { 'retry-after': RETRY_SECONDS },
  });
}
