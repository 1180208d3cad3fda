/**
 * GraphQL over HTTP: a client's request through sign-in and limits to the operation it asks for. A plain POST runs at
 * once; everything else of the protocol (GET, automatic persisted queries, what is malformed) is Apollo Server's.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import { ClientDisconnect } from '../../platform/http/client-disconnect.js';
import type { Route } from '../../platform/http/server.js';
import type { Admission } from '../pipeline/admission.js';
import type { Caller } from '../pipeline/caller.js';
import type { ErrorPolicy } from '../pipeline/errors.js';
import type { OperationRunner } from '../pipeline/operation-runner.js';
import type { OperationPlanner } from '../pipeline/planner.js';
import { Refusal } from '../pipeline/refusal.js';
import { isWhole } from '../pipeline/response-cache.js';
import { acceptsEventStream, type EventStreams } from '../subscriptions/event-streams.js';
import type { Graph } from '../supergraph/graph.js';
import type { GraphSource } from '../supergraph/watch.js';
import type { RequestContext } from './apollo.js';
import type { CrossOrigin } from './cross-origin.js';
import { headerMapOf, traceOf } from './http-call.js';
import { type PlainRequest, plainRequestOf, writeOutListed } from './plain-request.js';
import { refuse } from './refuse.js';
import type { RequestGuard } from './request-guard.js';

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<RequestContext>;
  readonly graphs: GraphSource;
  readonly admission: Admission;
  readonly planner: OperationPlanner;
  readonly runner: OperationRunner;
  readonly requestGuard: RequestGuard;
  readonly eventStreams: EventStreams;
  readonly crossOrigin: CrossOrigin;
  readonly errors: ErrorPolicy;
  /** Where a browser that was pointed here is sent. */
  readonly landingPage: string | undefined;
}

export function graphqlRoute(options: GraphqlRouteOptions): Route {
  const { apollo, graphs, admission, planner, runner, requestGuard, crossOrigin, eventStreams } = options;

  async function handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method === 'OPTIONS') return crossOrigin.answerPreflight(request, response);
    if (options.landingPage !== undefined && isVisit(request, url)) {
      response.writeHead(303, { location: options.landingPage }).end();
      return;
    }
    const headers = crossOrigin.headersFor(request);
    try {
      const caller = await requestGuard.callerOf(request, headers);
      const body = await requestGuard.bodyOf(request);
      const plain =
        request.method === 'POST' ? plainRequestOf(request.headers, body, textOfListed) : undefined;
      if (plain !== undefined) {
        return await graphs.current.during((graph) =>
          answerPlain(graph, plain, caller, request, response, headers),
        );
      }
      if (request.method === 'GET') writeOutListed(url.searchParams, textOfListed);
      // What has its text with it goes by the same limits; a hash alone stands for a text that did.
      const { query, operationName } = textOf(body, url);
      if (query !== undefined) admission.admit(graphs.current, query, operationName);
      await graphs.current.during((graph) =>
        answerByApollo(graph, body, caller, request, response, url, headers),
      );
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refuse(error, request, response, headers, options.errors);
    }
  }

  const textOfListed = (documentId: string) => admission.textOf(documentId);

  async function answerPlain(
    graph: Graph,
    { query, operationName, variables, negotiated, isForStream }: PlainRequest,
    caller: Caller,
    request: IncomingMessage,
    response: ServerResponse,
    headers: Record<string, string>,
  ): Promise<void> {
    const operation = admission.admit(graph, query, operationName);
    if (isForStream || (operation.isSubscription && acceptsEventStream(request))) {
      const asked = { query, operationName, variables };
      return eventStreams.answer(graph, asked, caller, request, response, headers);
    }
    const call = { caller, ...traceOf(request), signal: new ClientDisconnect(response) };
    const ready = await planner.readyToAnswer(graph, operation, variables, call);
    const answer = await runner.runToText(ready);
    const { text, hasData } = answer;
    if (ready.maxAge > 0 && isWhole(answer)) {
      const whose = operation.demands.length === 0 ? 'public' : 'private';
      headers['cache-control'] = `${whose}, max-age=${ready.maxAge}`;
    }
    headers['content-type'] = `${negotiated.mediaType}; charset=utf-8`;
    // Told here, so that Node writes head and body at once instead of in chunks.
    headers['content-length'] = String(Buffer.byteLength(text));
    response.writeHead(hasData || negotiated.isLegacy ? 200 : 400, headers).end(text);
  }

  async function answerByApollo(
    graph: Graph,
    body: unknown,
    caller: Caller,
    request: IncomingMessage,
    response: ServerResponse,
    { searchParams }: URL,
    headers: Record<string, string>,
  ): Promise<void> {
    // An empty name is no name; Apollo Server looks for an operation that is called so.
    if (searchParams.get('operationName') === '') searchParams.delete('operationName');
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'GET',
        headers: headerMapOf(request),
        search: searchParams.toString(),
        body,
      },
      context: async () => ({
        graph,
        caller,
        ...traceOf(request),
        signal: new ClientDisconnect(response),
      }),
    });
    if (answer.body.kind !== 'complete') throw new Error('No operation is answered in parts');
    response
      .writeHead(answer.status ?? 200, { ...headers, ...Object.fromEntries(answer.headers) })
      .end(answer.body.string);
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
