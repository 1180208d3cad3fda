/**
 * GraphQL over HTTP: a client's request through sign-in and limits to the operation it asks for. A plain POST runs at
 * once; everything else of the protocol (GET, automatic persisted queries, what is malformed) is Apollo Server's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { ErrorCode } from '../../platform/errors.js';
import { BodyTooLarge, readBody } from '../../platform/http/body.js';
import type { Route } from '../../platform/http/server.js';
import { type Caller, callerOf } from '../access/caller.js';
import { headersOf, type RateLimits } from '../access/rate-limits.js';
import type { TokenVerifier } from '../access/token.js';
import type { Admission } from '../operations/admission.js';
import { type ErrorPolicy, MAXIMUM_ERRORS, presentable } from '../operations/errors.js';
import { Refusal } from '../operations/refusal.js';
import type { OperationRunner } from '../operations/run.js';
import type { GraphSource } from '../supergraph/watch.js';
import type { RequestContext } from './apollo.js';
import type { CrossOrigin } from './cross-origin.js';
import { addressOf, headerMapOf, signalOf, traceOf } from './http-call.js';
import { type Negotiated, negotiate } from './media-type.js';
import { isJson, type PlainRequest, plainRequestOf } from './plain-request.js';

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<RequestContext>;
  readonly graphs: GraphSource;
  readonly admission: Admission;
  readonly runner: OperationRunner;
  readonly verifier: TokenVerifier | undefined;
  readonly crossOrigin: CrossOrigin;
  readonly rateLimits: RateLimits;
  readonly errors: ErrorPolicy;
  readonly bodyBytes: number;
  readonly trustedProxies: number;
  /** Where a browser that was pointed here is sent. */
  readonly landingPage: string | undefined;
}

const FALLBACK: Negotiated = { mediaType: 'application/json', isLegacy: false };

export function graphqlRoute(options: GraphqlRouteOptions): Route {
  const { apollo, graphs, admission, runner, verifier, crossOrigin, rateLimits } = options;

  async function handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method === 'OPTIONS') return crossOrigin.answerPreflight(request, response);
    if (options.landingPage !== undefined && isVisit(request, url)) {
      response.writeHead(303, { location: options.landingPage }).end();
      return;
    }
    const headers = crossOrigin.headersFor(request);
    try {
      const address = addressOf(request, options.trustedProxies);
      const ofAddress = rateLimits.fromAddress(address);
      const caller = await callerOf(verifier, request.headers.authorization, address);
      const taken = rateLimits.fromPerson(caller) ?? ofAddress;
      if (taken !== undefined) Object.assign(headers, headersOf(taken));
      const body = request.method === 'POST' ? await bodyOf(request) : undefined;
      const plain =
        request.method === 'POST' ? plainRequestOf(request.headers, body, textOfListed) : undefined;
      if (plain !== undefined) return await answerPlain(plain, caller, request, response, headers);
      // What has its text with it goes by the same limits; a hash alone stands for a text that did.
      const { query, operationName } = textOf(body, url);
      if (query !== undefined) admission.admit(graphs.current, query, operationName);
      await answerByApollo(body, caller, request, response, url, headers);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(error, request, response, headers);
    }
  }

  const textOfListed = (documentId: string) => admission.textOf(documentId);

  async function answerPlain(
    { query, operationName, variables, negotiated }: PlainRequest,
    caller: Caller,
    request: IncomingMessage,
    response: ServerResponse,
    headers: Record<string, string>,
  ): Promise<void> {
    const graph = graphs.current;
    const operation = admission.admit(graph, query, operationName);
    const call = { caller, traceparent: traceOf(request), signal: signalOf(response) };
    const { text, hasData } = await runner.executeToText(graph, operation, variables, call);
    response
      .writeHead(hasData || negotiated.isLegacy ? 200 : 400, {
        ...headers,
        'content-type': `${negotiated.mediaType}; charset=utf-8`,
      })
      .end(text);
  }

  async function answerByApollo(
    body: unknown,
    caller: Caller,
    request: IncomingMessage,
    response: ServerResponse,
    { search }: URL,
    headers: Record<string, string>,
  ): Promise<void> {
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'GET',
        headers: headerMapOf(request),
        search,
        body,
      },
      context: async () => ({
        graph: graphs.current,
        caller,
        traceparent: traceOf(request),
        signal: signalOf(response),
      }),
    });
    if (answer.body.kind !== 'complete') throw new Error('No operation is answered in parts');
    response
      .writeHead(answer.status ?? 200, { ...headers, ...Object.fromEntries(answer.headers) })
      .end(answer.body.string);
  }

  function refuse(
    { errors, status, headers: own }: Refusal,
    request: IncomingMessage,
    response: ServerResponse,
    headers: Record<string, string>,
  ): void {
    const { mediaType, isLegacy } = negotiate(request.headers.accept) ?? FALLBACK;
    const told = errors.slice(0, MAXIMUM_ERRORS).map((error) => presentable(error.toJSON(), options.errors));
    response
      .writeHead(status ?? (isLegacy ? 200 : 400), {
        ...headers,
        'content-type': `${mediaType}; charset=utf-8`,
        ...own,
        ...(status === 413 ? { connection: 'close' } : {}),
      })
      .end(JSON.stringify({ errors: told }));
  }

  async function bodyOf(request: IncomingMessage): Promise<unknown> {
    try {
      const text = await readBody(request, options.bodyBytes);
      return isJson(request.headers['content-type']) ? JSON.parse(text) : undefined;
    } catch (error) {
      if (error instanceof BodyTooLarge) {
        throw Refusal.of(ErrorCode.BAD_USER_INPUT, `A request has at most ${options.bodyBytes} bytes`, {
          status: 413,
        });
      }
      if (error instanceof SyntaxError)
        throw Refusal.of(ErrorCode.BAD_USER_INPUT, 'The body is not JSON', { status: 400 });
      throw error;
    }
  }

  return { method: 'ANY', path: '/graphql', handle };
}

/** The operation that a request carries the text of, if it does. */
function textOf(
  body: unknown,
  { searchParams }: URL,
): Partial<Pick<PlainRequest, 'query' | 'operationName'>> {
  const carried = typeof body === 'object' && body !== null ? body : Object.fromEntries(searchParams);
  const query = 'query' in carried && typeof carried.query === 'string' ? carried.query : '';
  const name =
    'operationName' in carried && typeof carried.operationName === 'string' ? carried.operationName : '';
  return query === '' ? {} : { query, operationName: name === '' ? undefined : name };
}

/** Somebody who looks, rather than a program that asks. */
function isVisit({ method, headers }: IncomingMessage, { searchParams }: URL): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true && !searchParams.has('query');
}
