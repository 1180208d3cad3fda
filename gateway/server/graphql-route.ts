/** GraphQL over HTTP: one request of a client, through limits and sign-in, to Apollo Server and back. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { ErrorCode, requestError } from '../../platform/errors.js';
import { BodyTooLarge, readBody } from '../../platform/http/body.js';
import { type Route, sendJson } from '../../platform/http/server.js';
import { continueTrace } from '../../platform/trace.js';
import { callerOf } from '../access/caller.js';
import type { TokenVerifier } from '../access/token.js';
import type { GraphSource, RequestContext } from './apollo.js';

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<RequestContext>;
  readonly graphs: GraphSource;
  readonly verifier: TokenVerifier | undefined;
}

const MAXIMUM_BODY_BYTES = 256 * 2 ** 10;

export function graphqlRoute({ apollo, graphs, verifier }: GraphqlRouteOptions): Route {
  return {
    method: 'ANY',
    path: '/graphql',
    async handle(request, response, url) {
      try {
        const body = await bodyOf(request);
        const caller = await callerOf(verifier, request.headers.authorization, addressOf(request));
        const {
          status = 200,
          headers,
          body: answer,
        } = await apollo.executeHTTPGraphQLRequest({
          httpGraphQLRequest: {
            method: request.method ?? 'GET',
            headers: headersOf(request),
            search: url.search,
            body,
          },
          context: async () => ({
            graph: graphs.current,
            caller,
            traceparent: continueTrace(textOf(request.headers.traceparent)),
            signal: signalOf(response),
          }),
        });
        if (answer.kind !== 'complete') throw new Error('Incremental delivery is refused before this');
        response.writeHead(status, Object.fromEntries(headers)).end(answer.string);
      } catch (error) {
        if (error instanceof BodyTooLarge)
          return refuse(response, 413, requestError(ErrorCode.BAD_USER_INPUT, 'The request is too large'));
        if (error instanceof GraphQLError) return refuse(response, 401, error);
        throw error;
      }
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  if (request.method !== 'POST') return undefined;
  const text = await readBody(request, MAXIMUM_BODY_BYTES);
  if (!request.headers['content-type']?.startsWith('application/json')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? '';
}

function textOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** Aborts when the client goes away before it has its answer. */
function signalOf(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) controller.abort();
  });
  return controller.signal;
}

function refuse(response: ServerResponse, status: number, error: GraphQLError): void {
  sendJson(response, status, { errors: [error.toJSON()] });
}
