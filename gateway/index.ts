/** Starts a gateway: GraphQL over HTTP and WebSocket in front of the subgraphs of one supergraph. */
import { startHttpServer } from '../platform/http/server.js';
import { addressOf } from './clients/targets.js';
import { graphiqlRoutes } from './explorer/graphiql.js';
import { sandboxRoute } from './explorer/sandbox.js';
import { startApolloServer } from './http/apollo.js';
import { CrossOrigin } from './http/cross-origin.js';
import { eventStreamRoute } from './http/event-stream-route.js';
import { forwardTo } from './http/forward.js';
import { graphqlRoute } from './http/graphql-route.js';
import { RequestGuard } from './http/request-guard.js';
import { admitUpgrades } from './http/upgrades.js';
import { countGateway } from './metrics.js';
import { DEFAULT_LIMITS, type GatewayOptions } from './options.js';
import { Admission } from './pipeline/admission.js';
import { AttemptGuard } from './pipeline/attempts.js';
import { OperationRunner } from './pipeline/operation-runner.js';
import { OperationPlanner } from './pipeline/planner.js';
import { openRateLimits, UNLIMITED } from './pipeline/rate-limits.js';
import { ResponseCache } from './pipeline/response-cache.js';
import { ALONE } from './pipeline/shared-counters.js';
import { tokenVerifier } from './pipeline/token.js';
import { Channels } from './subscriptions/channels.js';
import { EventStreams } from './subscriptions/event-streams.js';
import { Streams } from './subscriptions/streams.js';
import { serveWebSockets } from './subscriptions/web-socket-server.js';
import { WatchedGraph } from './supergraph/watch.js';

export interface RunningGateway {
  readonly port: number;
  /** Rejects with the reason while it cannot serve. */
  ready(): Promise<void>;
  /** Ends after the operations under way; streams are told to connect elsewhere. */
  stop(): Promise<void>;
}

/** @throws ConfigurationError when the supergraph cannot be served or the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { log, signIn, subgraphs, subgraphTokens, trustedProxies = 0, ready = async () => {} } = options;
  const clients = { targets: subgraphs, tokens: subgraphTokens, log };
  const graphs = await WatchedGraph.open(options.supergraphFile, clients, log);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const errors = { showFailures: !options.production };
  const rateLimits = options.rateLimits ? await openRateLimits(options.rateLimits, log) : UNLIMITED;
  const planner = new OperationPlanner({
    errors,
    limits,
    rateLimits,
    policies: options.policies,
    sharedByRole: options.sharedByRole,
  });
  const admission = new Admission({
    limits,
    introspection: options.introspection,
    trusted: options.trustedDocuments,
  });
  const kept = new ResponseCache();
  const stopListening = options.followChanges?.(() => kept.clear());
  const runner = new OperationRunner(kept, await attemptGuardOf(options));
  const apollo = await startApolloServer(graphs, planner, runner, options);
  const verifier = signIn && tokenVerifier(signIn);
  const streams = new Streams();
  const channels = new Channels(log);
  graphs.onChange((graph) => void streams.moveAll(graph));
  const services = { graphs, admission, planner, runner, streams, channels };
  const crossOrigin = new CrossOrigin(options.corsOrigins ?? [], trustedProxies);
  const sockets = serveWebSockets({
    ...services,
    verifier,
    rateLimits,
    trustedProxies,
    admitUpgrade: admitUpgrades({ crossOrigin, rateLimits, trustedProxies }),
    errors,
    conflatedSubscriptions: options.conflatedSubscriptions ?? [],
    limits,
    log,
  });
  const { bufferedBytes } = limits;
  const eventStreams = new EventStreams({ ...services, errors, rateLimits, bufferedBytes });
  const http = {
    graphs,
    admission,
    errors,
    eventStreams,
    requestGuard: new RequestGuard({ verifier, rateLimits, trustedProxies, bodyBytes: limits.bodyBytes }),
    crossOrigin,
  };
  const landingPage = options.introspection ? '/' : undefined;
  const uncount = countGateway({
    plans: () => graphs.current.plans.stats,
    documents: () => graphs.current.operations.size,
    sockets: sockets.size,
    streams: () => streams.size,
    upstreams: () => channels.size,
    kept: () => kept.hits,
  });
  const stop = async () => {
    uncount();
    await stopListening?.();
    rateLimits.close();
    await apollo.stop();
    await graphs.close();
  };
  const server = await startHttpServer({
    host: options.host,
    port: options.port,
    routes: [
      graphqlRoute({ ...http, apollo, planner, runner, landingPage }),
      eventStreamRoute(http),
      ...(options.introspection ? [sandboxRoute(), ...graphiqlRoutes()] : []),
      ...(options.routes ?? []),
      ...(options.forwarded ?? []).map(({ subgraph, ...route }) =>
        forwardTo(() => addressOf(subgraph, graphs.current.supergraph.services, subgraphs), route),
      ),
    ],
    ready,
    log,
    async onStop() {
      eventStreams.stop();
      await sockets.stop();
    },
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  server.server.on('upgrade', sockets.upgrade);
  return {
    port: server.port,
    ready,
    async stop() {
      await server.stop();
      await stop();
    },
  };
}

/** Guesses are counted as requests are: together where there is a store, and not at all where nothing is limited. */
async function attemptGuardOf({
  attemptLimits: limits = [],
  rateLimits,
  log,
}: GatewayOptions): Promise<AttemptGuard | undefined> {
  if (limits.length === 0 || rateLimits === undefined) return undefined;
  return AttemptGuard.open({ limits, stores: rateLimits.stores ?? ALONE, log });
}
