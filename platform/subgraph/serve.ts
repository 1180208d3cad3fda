/**
 * A subgraph as a unit of its own: GraphQL over HTTP and graphql-transport-ws at `/graphql`, for the gateway alone.
 *
 * - Every request, and every subscription in its `extensions.authorization`, carries the identity that the gateway
 *   signed for this subgraph. Without one a request gets 401 and a socket close code 4403, and nothing else.
 * - Documents are parsed and validated once while they are in use; there are as many as the gateway has plans.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { ErrorCode } from '../errors.js';
import { BodyRefused, readBody } from '../http/body.js';
import { type HttpServer, type Route, sendJson, startHttpServer } from '../http/server.js';
import { DocumentCache } from './document-cache.js';
import { executeOperation } from './execution.js';
import { callerOf, callOf, type GatewayOnlyOptions } from './gateway-only.js';
import { serveSubscriptions } from './serve-subscriptions.js';
import type { RunningSubgraph } from './subgraph.js';

export type ServableSubgraph = Omit<RunningSubgraph, 'name' | 'stop'> & { readonly name: string };

export interface ServeOptions extends GatewayOnlyOptions {
  readonly host: string;
  readonly port: number;
  /** Whether `/metrics` is served there. Default true. */
  readonly servesMetrics?: boolean | undefined;
}

/** Entity fetches carry their representations, so the gateway's requests are larger than its clients'. */
const MAXIMUM_BODY_BYTES = 16 * 2 ** 20;

const bodySchema = z.object({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.record(z.string(), z.unknown()).nullish(),
});

export async function serveSubgraph(subgraph: ServableSubgraph, options: ServeOptions): Promise<HttpServer> {
  const documents = new DocumentCache(subgraph.schema);
  const subscriptions = serveSubscriptions(subgraph, documents, options);
  const graphql: Route = {
    method: 'POST',
    path: '/graphql',
    handle: (request, response) => answer(subgraph, documents, options, request, response),
  };
  const server = await startHttpServer({
    host: options.host,
    port: options.port,
    routes: [graphql, ...subgraph.routes],
    ready: () => subgraph.ready(),
    servesMetrics: options.servesMetrics,
    log: options.log,
    onStop: () => subscriptions.stop(),
  });
  server.server.on('upgrade', subscriptions.upgrade);
  return server;
}

async function answer(
  subgraph: ServableSubgraph,
  documents: DocumentCache,
  options: ServeOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const caller = await callerOf(options, request.headers.authorization, subgraph.name);
  if (caller === undefined) return refuse(response, 401, ErrorCode.UNAUTHENTICATED, 'Not the gateway');
  const body = await readRequest(request);
  if (body === undefined) return refuse(response, 400, ErrorCode.BAD_USER_INPUT, 'Not a GraphQL request');
  const parsed = documents.get(body.query);
  if (!parsed.ok) return sendJson(response, 400, { errors: parsed.errors });
  const operation = {
    document: parsed.document,
    operationName: body.operationName ?? undefined,
    variables: body.variables ?? undefined,
  };
  const call = callOf(caller, request.headers.traceparent, request.headers.tracestate);
  sendJson(response, 200, await executeOperation(subgraph, operation, call, options.log));
}

async function readRequest(request: IncomingMessage): Promise<z.infer<typeof bodySchema> | undefined> {
  try {
    const body: unknown = JSON.parse(await readBody(request, MAXIMUM_BODY_BYTES));
    return bodySchema.safeParse(body).data;
  } catch (error) {
    if (error instanceof BodyRefused || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function refuse(response: ServerResponse, status: number, code: ErrorCode, message: string): void {
  sendJson(response, status, { errors: [{ message, extensions: { code } }] });
}
