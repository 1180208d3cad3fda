/** Starts a gateway: GraphQL over HTTP, server-sent events and WebSocket in front of the subgraphs of one supergraph. */
import { ConfigurationError } from '../platform/config.js';
import { startHttpServer } from '../platform/http/server.js';
import { tokenVerifier } from '../platform/identity/access-token.js';
import { HeaderRules } from './clients/header-rules.js';
import { addressOf, type ClientOptions } from './clients/targets.js';
import { graphiqlRoutes } from './explorer/graphiql.js';
import { sandboxRoute } from './explorer/sandbox.js';
import { CrossOrigin } from './http/cross-origin.js';
import { forwardTo } from './http/forward.js';
import { graphqlRoutes } from './http/graphql-routes.js';
import { identifyCaller } from './http/identify-caller.js';
import { limitRoute } from './http/limit-route.js';
import { RequestGuard } from './http/request-guard.js';
import { sessionRoute } from './http/session-routes.js';
import { admitUpgrades } from './http/upgrades.js';
import { countGateway } from './metrics.js';
import { DEFAULT_LIMITS, type GatewayOptions } from './options.js';
import { Admission } from './pipeline/admission.js';
import { BrowserSessions } from './pipeline/browser-sessions.js';
import { GraphInService } from './pipeline/graph-in-service.js';
import { AttemptGuard } from './pipeline/guess-limits.js';
import { OperationLog } from './pipeline/operation-log.js';
import { OperationRunner } from './pipeline/operation-runner.js';
import { OperationPlanner } from './pipeline/planner.js';
import { openRateLimits, UNLIMITED } from './pipeline/rate-limits.js';
import { ResponseCache } from './pipeline/response-cache.js';
import { revocationSource } from './pipeline/revocation-source.js';
import { Revocations, revocableTokens } from './pipeline/revocations.js';
import { sessionSource } from './pipeline/session-source.js';
import { ALONE } from './pipeline/shared-counters.js';
import { Channels } from './subscriptions/channels.js';
import { EventStreams } from './subscriptions/event-streams.js';
import { serveWebSockets } from './subscriptions/socket-server.js';
import { Streams } from './subscriptions/stream.js';
import { watchSupergraphFile } from './supergraph/watch-file.js';

export interface RunningGateway {
  readonly port: number;
  /** Rejects with the reason while it cannot serve. */
  ready(): Promise<void>;
  /** Waits for the operations in progress; streams are closed so that their clients reconnect elsewhere. */
  stop(): Promise<void>;
}

/** @throws ConfigurationError when the supergraph cannot be served or the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const {
    log,
    signIn,
    subgraphs,
    subgraphTokens,
    trustedProxies = 0,
    screens = [],
    ready = async () => {},
  } = options;
  const clients = { targets: subgraphs, tokens: subgraphTokens, limits: options.upstreamLimits, log };
  const graphs = await openGraph(options, clients);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const headerRules = options.headerRules && new HeaderRules(options.headerRules);
  const errors = { showFailures: !options.production, maximum: limits.errors };
  const rateLimits = options.rateLimits ? await openRateLimits(options.rateLimits, log) : UNLIMITED;
  const planner = new OperationPlanner({
    errors,
    limits,
    rateLimits,
    policies: options.policies,
    sharedByRole: options.sharedByRole,
    overrideLabel: options.overrideLabel,
  });
  const admission = new Admission({
    limits,
    introspection: options.introspection,
    trusted: options.trustedDocuments,
    documents: options.documents,
  });
  const responseCache = new ResponseCache();
  const unsubscribe = options.onInvalidation?.(() => responseCache.clear());
  const runner = new OperationRunner(responseCache, await attemptGuardOf(options), new OperationLog(log));
  const revocations =
    options.revocations &&
    (await Revocations.start(revocationSource(graphs, options.revocations), log, options.revocations.times));
  const tokens = signIn && tokenVerifier(signIn);
  const verifier = tokens && revocations ? revocableTokens(tokens, revocations) : tokens;
  const streams = new Streams();
  const channels = new Channels(log);
  graphs.onChange((graph) => void streams.moveAll(graph));
  const conflatedSubscriptions = new Set(options.conflatedSubscriptions);
  const services = { graphs, admission, planner, runner, streams, channels, conflatedSubscriptions };
  const crossOrigin = new CrossOrigin(options.corsOrigins ?? [], trustedProxies);
  const sessions =
    verifier &&
    options.sessions &&
    new BrowserSessions(sessionSource(graphs, options.sessions.subgraph), verifier, log);
  const identify = identifyCaller({ verifier, sessions, crossOrigin, trustedProxies });
  const requestGuard = new RequestGuard({
    identify,
    rateLimits,
    trustedProxies,
    bodyBytes: limits.bodyBytes,
    largeBodyBytes: limits.largeBodyBytes,
    largeBodies: options.largeBodies,
    forwardsCookies: headerRules?.forwardsCookies ?? false,
  });
  const sockets = serveWebSockets({
    ...services,
    identify,
    verifiesTokens: verifier !== undefined,
    revocations,
    rateLimits,
    admitUpgrade: admitUpgrades({ crossOrigin, rateLimits, trustedProxies }),
    errors,
    limits,
    headerRules,
    log,
  });
  const { bufferedBytes } = limits;
  const eventStreams = new EventStreams({ ...services, revocations, errors, rateLimits, bufferedBytes });
  const uncount = countGateway({
    plans: () => graphs.current.plans.stats,
    documents: () => graphs.current.operations.size,
    sockets: sockets.size,
    streams: () => streams.size,
    upstreams: () => channels.size,
    responseCacheHits: () => responseCache.hits,
  });
  const stop = async () => {
    uncount();
    await unsubscribe?.();
    await revocations?.stop();
    rateLimits.close();
    await graphs.close();
  };
  const server = await startHttpServer({
    host: options.host,
    port: options.port,
    routes: [
      ...graphqlRoutes({
        graphs,
        admission,
        planner,
        runner,
        eventStreams,
        crossOrigin,
        errors,
        requestGuard,
        headerRules,
        servesSessions: sessions !== undefined,
        sessionMutations: new Set(options.sessionMutations),
        largeMutations: new Set(options.largeBodies?.mutations),
        landingPage: options.introspection || screens.length > 0 ? '/' : undefined,
      }),
      ...(sessions
        ? [
            sessionRoute({
              ...services,
              sessions,
              requestGuard,
              crossOrigin,
              headerRules,
              errors,
              trustedProxies,
            }),
          ]
        : []),
      ...(options.introspection ? [sandboxRoute('/sandbox'), ...graphiqlRoutes(options.story)] : []),
      // A gateway without screens of its own has nothing else to land on.
      ...(options.introspection && screens.length === 0 ? [sandboxRoute('/')] : []),
      ...screens,
      ...[
        ...(options.routes ?? []),
        ...(options.forwarded ?? []).map(({ subgraph, ...route }) =>
          forwardTo(() => addressOf(subgraph, graphs.current.supergraph.services, subgraphs), route),
        ),
      ].map((route) =>
        options.limitedPaths?.includes(route.path) ? limitRoute(route, rateLimits, trustedProxies) : route,
      ),
    ],
    ready,
    servesMetrics: options.servesMetrics,
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

/** Attempts are counted in the stores of the rate limits, and not at all where there are no rate limits. */
async function attemptGuardOf({
  attemptLimits: limits = [],
  attemptBounds: bounds,
  rateLimits,
  log,
}: GatewayOptions): Promise<AttemptGuard | undefined> {
  if (limits.length === 0 || rateLimits === undefined) return undefined;
  return AttemptGuard.open({ limits, bounds, stores: rateLimits.stores ?? ALONE, log });
}

/** @throws ConfigurationError */
async function openGraph(
  { supergraphFile, supergraphManager, log }: GatewayOptions,
  clients: ClientOptions,
): Promise<GraphInService> {
  try {
    const source = supergraphManager ?? watchSupergraphFile(supergraphFile, log);
    return await GraphInService.open({ source, clients, log });
  } catch (error) {
    const name = supergraphManager === undefined ? `supergraph ${supergraphFile}` : 'supergraph';
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError(`The ${name} cannot be served: ${reason}`);
  }
}
