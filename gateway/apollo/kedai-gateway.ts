/**
 * Replaces `ApolloGateway` in an Apollo Server: `new ApolloServer({ gateway: new KedaiGateway({ supergraphSdl }) })`. It takes the
 * same sources of a supergraph and the same data sources, and executes operations with Kedai's planner and executor.
 *
 * - Access directives are enforced. Without `callerOf` every caller is anonymous, and fields that demand one are refused.
 * - Apollo's hosts are contacted for Uplink alone: where no supergraph is given, and APOLLO_KEY and APOLLO_GRAPH_REF are set.
 */
import {
  type GraphQLDataSource,
  RemoteGraphQLDataSource,
  type ServiceEndpointDefinition,
  type SupergraphManager,
  type SupergraphSdlHook,
} from '@apollo/gateway';
import { type ApolloServerOptionsWithGateway, type BaseContext, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { createLog, type Log } from '../../platform/log.js';
import { continueTrace } from '../../platform/trace.js';
import { DEFAULT_LIMITS, type GatewayLimits } from '../options.js';
import { Admission } from '../pipeline/admission.js';
import { anonymousAt, type Caller } from '../pipeline/caller.js';
import type { Graph } from '../pipeline/graph.js';
import { GraphInService } from '../pipeline/graph-in-service.js';
import { OperationRunner } from '../pipeline/operation-runner.js';
import { type DecidePolicies, OperationPlanner } from '../pipeline/planner.js';
import { UNLIMITED } from '../pipeline/rate-limits.js';
import { Refusal } from '../pipeline/refusal.js';
import { ResponseCache } from '../pipeline/response-cache.js';
import { dataSourceClient } from './data-source-client.js';
import { uplink } from './supergraph-manager.js';

export interface KedaiGatewayOptions<Context extends BaseContext> {
  /** Its text, a hook, or a manager such as `IntrospectAndCompose`. Default: Uplink, by Apollo Server's key and graph. */
  readonly supergraphSdl?: string | SupergraphSdlHook | SupergraphManager;
  /** The data source of a subgraph. Default: Kedai's own HTTP client at the address that the supergraph names. */
  readonly buildService?: (definition: ServiceEndpointDefinition) => GraphQLDataSource;
  /** The caller, from Apollo Server's context. Default: every caller is anonymous. */
  readonly callerOf?: (context: Context) => HostedCaller | undefined | Promise<HostedCaller | undefined>;
  /** Decides `@policy`. Default: no policy is granted. */
  readonly policies?: DecidePolicies;
  /** Bounds on documents and variables; those left out have Kedai's defaults. */
  readonly limits?: Partial<GatewayLimits>;
  /** Whether messages of unexpected failures reach clients. Default false. */
  readonly showFailures?: boolean;
  /** Default: warnings and errors, as JSON lines on standard error. */
  readonly log?: Log;
}

/** A caller that the host has authenticated. */
export interface HostedCaller {
  /** What `@requiresScopes` compares with. Default: none. */
  readonly scopes?: Iterable<string>;
  /** Sent upstream as `authorization` by Kedai's own client. */
  readonly authorization?: string;
}

type Gateway<Context extends BaseContext> = ApolloServerOptionsWithGateway<Context>['gateway'];
type LoadOptions = Parameters<Gateway<BaseContext>['load']>[0];
type SchemaCallback = Parameters<Gateway<BaseContext>['onSchemaLoadOrUpdate']>[0];

const NEVER_ABORTED = new AbortController().signal;

export class KedaiGateway<Context extends BaseContext = BaseContext> implements Gateway<Context> {
  readonly #options: KedaiGatewayOptions<Context>;
  readonly #log: Log;
  readonly #admission: Admission;
  readonly #planner: OperationPlanner;
  readonly #runner = new OperationRunner(new ResponseCache());
  readonly #callbacks = new Set<SchemaCallback>();
  #graphs: GraphInService | undefined;

  constructor(options: KedaiGatewayOptions<Context> = {}) {
    const { limits, policies, showFailures = false, log = createLog('warn') } = options;
    this.#options = options;
    this.#log = log;
    const bounds = { ...DEFAULT_LIMITS, ...limits };
    // Whether clients may introspect is Apollo Server's own option.
    this.#admission = new Admission({ limits: bounds, introspection: true });
    this.#planner = new OperationPlanner({
      errors: { showFailures },
      limits: bounds,
      rateLimits: UNLIMITED,
      policies,
    });
  }

  onSchemaLoadOrUpdate(callback: SchemaCallback): () => void {
    this.#callbacks.add(callback);
    if (this.#graphs !== undefined) callback(contextOf(this.#graphs.current));
    return () => this.#callbacks.delete(callback);
  }

  /** @throws when there is no supergraph, or it cannot be served. */
  async load({ apollo }: LoadOptions): Promise<Awaited<ReturnType<Gateway<Context>['load']>>> {
    const { buildService } = this.#options;
    const graphs = await GraphInService.open({
      source: this.#options.supergraphSdl ?? uplinkOf(apollo),
      clients: {
        targets: new Map(),
        tokens: undefined,
        log: this.#log,
        ...(buildService && {
          clientOf: (service) => dataSourceClient(service, buildService(service), this.#log),
        }),
      },
      getDataSource:
        buildService ?? (({ url }) => new RemoteGraphQLDataSource(url === undefined ? {} : { url })),
      log: this.#log,
    });
    this.#graphs = graphs;
    const announce = (graph: Graph) => {
      for (const callback of this.#callbacks) callback(contextOf(graph));
    };
    announce(graphs.current);
    graphs.onChange(announce);
    return { executor: (request) => this.#execute(graphs, request) };
  }

  async stop(): Promise<void> {
    await this.#graphs?.close();
  }

  async #execute(graphs: GraphInService, request: ExecutorRequest): Promise<ExecutorResult> {
    try {
      return await graphs.current.during(async (graph) => {
        const { source, request: given } = request;
        const operation = this.#admission.admit(graph, {
          query: source,
          operationName: given.operationName || undefined,
        });
        const headers = given.http?.headers;
        const call = {
          caller: await this.#callerOf(request),
          ...continueTrace(headers?.get('traceparent'), headers?.get('tracestate')),
          headers: headers === undefined ? {} : Object.fromEntries(headers),
          signal: NEVER_ABORTED,
        };
        const ready = await this.#planner.readyToAnswer(graph, operation, given.variables ?? {}, call);
        const { options } = ready;
        return this.#runner.run({
          ...ready,
          options: { ...options, call: { ...options.call, hostRequest: request } },
        });
      });
    } catch (error) {
      if (error instanceof Refusal) return { errors: withHttp(error) };
      throw error;
    }
  }

  async #callerOf({ context }: ExecutorRequest): Promise<Caller> {
    const anonymous = anonymousAt('');
    // It is Apollo Server's own context, whose type its gateway interface widens.
    const caller = await this.#options.callerOf?.(context as Context);
    if (caller === undefined) return anonymous;
    const { scopes = [], authorization } = caller;
    return { ...anonymous, isSignedIn: true, scopes: new Set(scopes), authorization };
  }
}

type Executor = NonNullable<Awaited<ReturnType<Gateway<BaseContext>['load']>>['executor']>;
type ExecutorRequest = Parameters<Executor>[0];
type ExecutorResult = Awaited<ReturnType<Executor>>;

function contextOf({ supergraph }: Graph): Parameters<SchemaCallback>[0] {
  return { apiSchema: supergraph.apiSchema, coreSupergraphSdl: supergraph.sdl };
}

function uplinkOf({ key, graphRef }: LoadOptions['apollo']): SupergraphManager {
  if (key !== undefined && graphRef !== undefined) return uplink(key, graphRef);
  throw new Error('No supergraph: give supergraphSdl, or APOLLO_KEY and APOLLO_GRAPH_REF for Uplink');
}

/** With the status and the headers of the answer, where Apollo Server looks for them. */
function withHttp({ errors, status, headers }: Refusal): readonly GraphQLError[] {
  if (status === undefined) return errors;
  const http = { status, headers: new HeaderMap(Object.entries(headers)) };
  return errors.map(({ message, path, extensions }) => {
    return new GraphQLError(message, { ...(path && { path }), extensions: { ...extensions, http } });
  });
}
