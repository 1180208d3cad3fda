/**
 * Apollo Server in front of our executor. It does the request pipeline (GraphQL over HTTP, automatic persisted queries,
 * CSRF prevention, parsing and validation); its `gateway` is the seam by which it asks us for the schema and to execute.
 */
import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type BaseContext,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ErrorCode } from '../../platform/errors.js';
import type { TraceContext } from '../../platform/trace.js';
import type { Cancellation } from '../clients/client.js';
import type { GatewayOptions } from '../options.js';
import type { Caller } from '../pipeline/caller.js';
import { MAXIMUM_ERRORS, presentable } from '../pipeline/errors.js';
import type { OperationRunner } from '../pipeline/operation-runner.js';
import type { OperationPlanner } from '../pipeline/planner.js';
import { Refusal } from '../pipeline/refusal.js';
import type { Graph } from '../supergraph/graph.js';
import type { GraphSource } from '../supergraph/watch.js';

export interface RequestContext extends BaseContext, TraceContext {
  readonly graph: Graph;
  readonly caller: Caller;
  readonly signal: Cancellation;
}

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway'];

export async function startApolloServer(
  graphs: GraphSource,
  planner: OperationPlanner,
  runner: OperationRunner,
  options: Pick<GatewayOptions, 'introspection' | 'production' | 'trustedDocuments' | 'log'>,
): Promise<ApolloServer<RequestContext>> {
  const server = new ApolloServer<RequestContext>({
    gateway: gatewayOf(graphs, planner, runner),
    introspection: options.introspection,
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginUsageReportingDisabled()],
    // Whoever may ask for listed operations alone registers none.
    ...(options.trustedDocuments ? { persistedQueries: false } : {}),
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    stopOnTerminationSignals: false,
    nodeEnv: options.production ? 'production' : 'development',
    validationOptions: { maxErrors: MAXIMUM_ERRORS },
    formatError: (error) => presentable(coded(error), { showFailures: !options.production }),
    logger: {
      debug: (message) => options.log.debug(message),
      info: (message) => options.log.info(message),
      warn: (message) => options.log.warn(message),
      error: (message) => options.log.error(message),
    },
  });
  await server.start();
  return server;
}

/** What is wrong with a persisted query, which Apollo Server says without a code. */
const UNCODED = new Set(['provided sha does not match query', 'Unsupported persisted query version']);

function coded(error: GraphQLFormattedError): GraphQLFormattedError {
  if (!UNCODED.has(error.message)) return error;
  return { ...error, extensions: { ...error.extensions, code: ErrorCode.BAD_USER_INPUT } };
}

/** With the status and the headers of the answer, where Apollo Server looks for them. */
function withHttp({ errors, status, headers }: Refusal): readonly GraphQLError[] {
  if (status === undefined) return errors;
  const http = { status, headers: new HeaderMap(Object.entries(headers)) };
  return errors.map((error) => {
    const { message, path, extensions } = error;
    return new GraphQLError(message, { ...(path && { path }), extensions: { ...extensions, http } });
  });
}

function gatewayOf(graphs: GraphSource, planner: OperationPlanner, runner: OperationRunner): Gateway {
  return {
    onSchemaLoadOrUpdate(callback) {
      const announce = ({ supergraph }: Graph) =>
        callback({ apiSchema: supergraph.apiSchema, coreSupergraphSdl: supergraph.sdl });
      announce(graphs.current);
      return graphs.onChange(announce);
    },
    async load() {
      return {
        async executor({ context, source, document, request }) {
          const { graph, caller, traceparent, tracestate, signal } = context;
          try {
            const operation = graph.operations.learn(source, document, request.operationName || undefined);
            const call = { caller, traceparent, tracestate, signal };
            return await runner.run(
              await planner.readyToAnswer(graph, operation, request.variables ?? {}, call),
            );
          } catch (error) {
            if (error instanceof Refusal) return { errors: withHttp(error) };
            throw error;
          }
        },
      };
    },
    async stop() {},
  };
}
