/**
 * GraphQL over HTTP at `/graphql`, and GraphQL over SSE there and at `/graphql/stream`. Every request passes the same steps: rate
 * limits, identification, parameters (POST or GET), document (text, persisted or trusted), admission, execution.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import { ClientDisconnect } from '../../platform/http/client-disconnect.js';
import { acceptedEncoding, compress } from '../../platform/http/content-encoding.js';
import { isKnownTag } from '../../platform/http/entity-tag.js';
import type { Route } from '../../platform/http/server.js';
import { preferredLanguage } from '../../platform/language/language.js';
import { continueTrace } from '../../platform/trace.js';
import { ForwardedHeaders, type HeaderRules } from '../clients/header-rules.js';
import type { SerializedResponse } from '../execution/execute.js';
import type { Admission, OperationRequest } from '../pipeline/admission.js';
import type { Caller } from '../pipeline/caller.js';
import { type ErrorPolicy, presentErrors } from '../pipeline/errors.js';
import type { Graph } from '../pipeline/graph.js';
import type { GraphSource } from '../pipeline/graph-in-service.js';
import type { ValidatedOperation } from '../pipeline/operation-cache.js';
import type { OperationRunner } from '../pipeline/operation-runner.js';
import type { OperationPlanner } from '../pipeline/planner.js';
import { Refusal } from '../pipeline/refusal.js';
import { isWhole } from '../pipeline/response-cache.js';
import type { EventStreams } from '../subscriptions/event-streams.js';
import type { CrossOrigin } from './cross-origin.js';
import { type Negotiated, negotiate } from './media-type.js';
import type { RejectedCaller, RequestGuard } from './request-guard.js';
import { SharedAnswers } from './shared-answers.js';

/** Shorter answers fit into a packet or two as they are. */
const COMPRESSED_CHARACTERS = 2_048;

export interface GraphqlRouteOptions {
  readonly graphs: GraphSource;
  readonly admission: Admission;
  readonly planner: OperationPlanner;
  readonly runner: OperationRunner;
  readonly requestGuard: RequestGuard;
  readonly eventStreams: EventStreams;
  readonly crossOrigin: CrossOrigin;
  readonly errors: ErrorPolicy;
  /** Mutations that establish a session: run for a caller whose access token is invalid, too. */
  readonly sessionMutations: ReadonlySet<string>;
  /** Mutations that may come in a body larger than others. */
  readonly largeMutations: ReadonlySet<string>;
  /** Undefined: no header of clients or subgraphs is passed on. */
  readonly headerRules: HeaderRules | undefined;
  /** Whether a cookie may identify the caller. */
  readonly servesSessions: boolean;
  /** Where browsers that open `/graphql` as a page are sent. */
  readonly landingPage: string | undefined;
}

/** One HTTP request and what is decided about its response so far. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly headers: Record<string, string>;
  readonly accepted: Negotiated;
  /** Whether the response is an event stream, whatever the operation is. */
  readonly streamsOnly: boolean;
  /** Whether a refusal is written as an event stream; decided once there is an operation. */
  isStream: boolean;
}

export function graphqlRoutes(options: GraphqlRouteOptions): readonly Route[] {
  const { graphs, admission, planner, runner, requestGuard, crossOrigin, eventStreams, headerRules } =
    options;
  const sharedAnswers = new SharedAnswers();
  const ofOneCaller = `accept-language, authorization${options.servesSessions ? ', cookie' : ''}`;

  async function handle(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    requestId: string,
    isStreamAddress: boolean,
  ): Promise<void> {
    const headers = crossOrigin.headersFor(request);
    headers['x-request-id'] = requestId;
    if (request.method === 'OPTIONS') return crossOrigin.answerPreflight(request, response, headers);
    const accepted = negotiate(request.headers.accept);
    const exchange: Exchange = {
      request,
      response,
      requestId,
      headers,
      accepted,
      streamsOnly: isStreamAddress || (accepted.json === undefined && accepted.stream === 'named'),
      isStream: false,
    };
    try {
      const caller = await requestGuard.identify(request, exchange.headers);
      const { parameters, isLarge } = await requestGuard.parametersOf(request, url, caller);
      if (
        isStreamAddress
          ? accepted.stream === 'not accepted'
          : accepted.json === undefined && !exchange.streamsOnly
      ) {
        throw notAcceptable(isStreamAddress);
      }
      const operation = admission.read(parameters);
      await graphs.current.during((graph) => answer(graph, operation, caller, exchange, isLarge));
    } catch (error) {
      if (!(error instanceof Refusal) || response.headersSent) throw error;
      refuse(error, exchange);
    }
  }

  async function answer(
    graph: Graph,
    requested: OperationRequest,
    identified: Caller | RejectedCaller,
    exchange: Exchange,
    isLarge: boolean,
  ): Promise<void> {
    const { request, response, headers, accepted } = exchange;
    exchange.isStream = exchange.streamsOnly;
    const operation = admit(graph, requested, identified);
    if (isLarge && !operation.isMutationOf(options.largeMutations)) throw requestGuard.tooLarge();
    if (request.method === 'GET' && operation.definition.operation === OperationTypeNode.MUTATION) {
      throw mutationByGet();
    }
    const { traceparent, tracestate } = request.headers;
    const call = {
      caller: 'refusal' in identified ? identified.anonymous : identified,
      headers: request.headers,
      ...continueTrace(traceparent, tracestate, ownTraceId(exchange)),
      signal: new ClientDisconnect(response),
      forwarded: headerRules && new ForwardedHeaders(headerRules, request.headers),
    };
    if (exchange.streamsOnly || (operation.isSubscription && accepted.stream === 'named')) {
      exchange.isStream = true;
      return eventStreams.answer(graph, operation, requested, call, response, headers);
    }
    const ready = await planner.readyToAnswer(graph, operation, requested.variables, call);
    const result = await runner.runToText(ready);
    const { text, hasData } = result;
    if (ready.language !== undefined) headers['content-language'] = ready.language;
    const isCacheable = ready.maxAge > 0 && isWhole(result);
    if (isCacheable) {
      const isPublic = operation.demands.length === 0;
      headers['cache-control'] = `${isPublic ? 'public' : 'private'}, max-age=${ready.maxAge}`;
      vary(headers, isPublic ? 'accept-language' : ofOneCaller);
      if (request.method === 'GET' && isKnown(result, exchange)) {
        response.writeHead(304, headers).end();
        return;
      }
    }
    headers['content-type'] = `${accepted.json}; charset=utf-8`;
    const isCompressible =
      text.length >= COMPRESSED_CHARACTERS && operation.definition.operation === OperationTypeNode.QUERY;
    const body = isCompressible ? await encoded(result, isCacheable, exchange) : text;
    // Set so that Node writes head and body at once instead of in chunks.
    headers['content-length'] = String(Buffer.byteLength(body));
    const status = hasData || accepted.isLegacy ? 200 : 400;
    response
      .writeHead(status, call.forwarded ? { ...headers, ...call.forwarded.response } : headers)
      .end(body);
  }

  /** The answer as the client accepts it. Mutations are left out: their answers hold tokens, which a length could reveal (BREACH). */
  async function encoded(
    result: SerializedResponse,
    isShared: boolean,
    { request, headers }: Exchange,
  ): Promise<string | Buffer> {
    vary(headers, 'accept-encoding');
    const encoding = acceptedEncoding(request.headers['accept-encoding']);
    if (encoding === undefined) return result.text;
    headers['content-encoding'] = encoding;
    return isShared ? sharedAnswers.compressed(result, encoding) : compress(result.text, encoding);
  }

  /** Whether the client has this answer already. */
  function isKnown(result: SerializedResponse, { request, headers }: Exchange): boolean {
    vary(headers, 'accept');
    const tag = sharedAnswers.tag(result);
    headers.etag = tag;
    return isKnownTag(request.headers['if-none-match'], tag);
  }

  /** Refuses a caller with an invalid token whatever the document is, except for a mutation that only establishes a session. */
  function admit(
    graph: Graph,
    requested: OperationRequest,
    identified: Caller | RejectedCaller,
  ): ValidatedOperation {
    if (!('refusal' in identified)) return admission.admit(graph, requested);
    let operation: ValidatedOperation;
    try {
      operation = admission.admit(graph, requested);
    } catch {
      throw identified.refusal;
    }
    if (!operation.isMutationOf(options.sessionMutations)) throw identified.refusal;
    return operation;
  }

  function refuse({ errors, status, headers: own }: Refusal, exchange: Exchange): void {
    const { request, response, headers, accepted } = exchange;
    const language = preferredLanguage(request.headers['accept-language']);
    const body = JSON.stringify({ errors: presentErrors(errors, options.errors, language) });
    const isOfOperation = status === undefined || status === 200 || status === 400;
    if (isOfOperation && (exchange.isStream || (status === 200 && exchange.streamsOnly))) {
      eventStreams.refuse(body, response, { ...headers, ...own });
      return;
    }
    response
      .writeHead(status ?? (accepted.isLegacy ? 200 : 400), {
        ...headers,
        ...own,
        'content-type': `${accepted.json ?? 'application/json'}; charset=utf-8`,
        // The rest of a body that is too large is not read.
        ...(status === 413 ? { connection: 'close' } : {}),
      })
      .end(body);
  }

  const { landingPage } = options;
  return [
    {
      method: 'ANY',
      path: '/graphql',
      sendsRequestId: true,
      handle(request, response, url, requestId) {
        if (landingPage === undefined || !isPageVisit(request, url))
          return handle(request, response, url, requestId, false);
        response.writeHead(303, { location: landingPage, 'x-request-id': requestId }).end();
      },
    },
    {
      method: 'ANY',
      path: '/graphql/stream',
      sendsRequestId: true,
      handle: (request, response, url, requestId) => handle(request, response, url, requestId, true),
    },
  ];
}

/** A trace that begins here has the id of its request, unless the client chose that. */
function ownTraceId({ requestId, request }: Exchange): string | undefined {
  return requestId === request.headers['x-request-id'] ? undefined : requestId;
}

function vary(headers: Record<string, string>, names: string): void {
  headers.vary = headers.vary === undefined ? names : `${headers.vary}, ${names}`;
}

/** Whether a browser opens the address as a page, instead of a client sending an operation. */
function isPageVisit({ method, headers }: IncomingMessage, { searchParams }: URL): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true && !searchParams.has('query');
}

function notAcceptable(isStreamAddress: boolean): Refusal {
  const message = isStreamAddress
    ? 'This address answers with text/event-stream alone'
    : 'An answer is application/json, application/graphql-response+json or text/event-stream';
  return Refusal.of(ErrorCode.BAD_USER_INPUT, message, { status: 406 });
}

function mutationByGet(): Refusal {
  return Refusal.of(ErrorCode.BAD_USER_INPUT, 'A mutation is sent by POST', {
    status: 405,
    headers: { allow: 'POST' },
  });
}
