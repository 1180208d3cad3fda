/** GraphQL over server-sent events at an address of its own, by POST or (as browsers' `EventSource` asks) by GET. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import type { Route } from '../../platform/http/server.js';
import type { Admission } from '../pipeline/admission.js';
import type { ErrorPolicy } from '../pipeline/errors.js';
import { Refusal } from '../pipeline/refusal.js';
import { acceptsEventStream, type EventStreams } from '../subscriptions/event-streams.js';
import type { GraphSource } from '../supergraph/watch.js';
import type { CrossOrigin } from './cross-origin.js';
import { plainRequestOf } from './plain-request.js';
import { refuse } from './refuse.js';
import type { RequestGuard } from './request-guard.js';

export interface EventStreamRouteOptions {
  readonly graphs: GraphSource;
  readonly admission: Admission;
  readonly requestGuard: RequestGuard;
  readonly eventStreams: EventStreams;
  readonly crossOrigin: CrossOrigin;
  readonly errors: ErrorPolicy;
}

export function eventStreamRoute(options: EventStreamRouteOptions): Route {
  const { graphs, admission, requestGuard, eventStreams, crossOrigin } = options;

  async function handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    if (request.method === 'OPTIONS') return crossOrigin.answerPreflight(request, response);
    const headers = crossOrigin.headersFor(request);
    try {
      if (request.method !== 'GET' && request.method !== 'POST') throw notByThis();
      if (!acceptsEventStream(request)) throw notAccepted();
      const caller = await requestGuard.callerOf(request, headers);
      const body = request.method === 'GET' ? parametersOf(url) : await requestGuard.bodyOf(request);
      const asked = plainRequestOf({}, body, (documentId) => admission.textOf(documentId));
      if (asked === undefined) throw notAsked();
      await graphs.current.during((graph) => {
        const { definition } = admission.admit(graph, asked.query, asked.operationName);
        if (request.method === 'GET' && definition.operation === OperationTypeNode.MUTATION) throw notByGet();
        return eventStreams.answer(graph, asked, caller, request, response, headers);
      });
    } catch (error) {
      if (!(error instanceof Refusal) || response.headersSent) throw error;
      refuse(error, request, response, headers, options.errors);
    }
  }

  return { method: 'ANY', path: '/graphql/stream', handle };
}

/** As in a GET of GraphQL over HTTP: `variables` and `extensions` are JSON. */
function parametersOf({ searchParams }: URL): Record<string, unknown> {
  const parameters: Record<string, unknown> = Object.fromEntries(searchParams);
  for (const name of ['variables', 'extensions']) {
    const text = searchParams.get(name);
    if (text !== null) parameters[name] = jsonOf(text);
  }
  return parameters;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw Refusal.of(ErrorCode.BAD_USER_INPUT, 'A parameter is not JSON', { status: 400 });
  }
}

function notAsked(): Refusal {
  return Refusal.of(ErrorCode.BAD_USER_INPUT, 'A stream is asked for with a query', { status: 400 });
}

function notAccepted(): Refusal {
  const told = 'Here are streams alone, for accept: text/event-stream';
  return Refusal.of(ErrorCode.BAD_USER_INPUT, told, { status: 406 });
}

function notByThis(): Refusal {
  return Refusal.of(ErrorCode.BAD_USER_INPUT, 'A stream is asked for by GET or POST', {
    status: 405,
    headers: { allow: 'GET, POST' },
  });
}

function notByGet(): Refusal {
  return Refusal.of(ErrorCode.BAD_USER_INPUT, 'A mutation is asked for by POST', {
    status: 405,
    headers: { allow: 'POST' },
  });
}
