/** Starts a gateway: GraphQL over HTTP and WebSocket in front of the subgraphs of one supergraph. */
import { startHttpServer } from '../platform/http/server.js';
import { openRateLimits, UNLIMITED } from './access/rate-limits.js';
import { tokenVerifier } from './access/token.js';
import { graphiqlRoutes } from './explorer/graphiql.js';
import { sandboxRoute } from './explorer/sandbox.js';
import { Admission } from './operations/admission.js';
import { OperationRunner } from './operations/run.js';
import { DEFAULT_LIMITS, type GatewayOptions } from './options.js';
import { startApolloServer } from './server/apollo.js';
import { CrossOrigin } from './server/cross-origin.js';
import { graphqlRoute } from './server/graphql-route.js';
import { Channels } from './subscriptions/channels.js';
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
  const { log, signIn, subgraphs, subgraphTokens, trustedProxies = 0 } = options;
  const clients = { targets: subgraphs, tokens: subgraphTokens, log };
  const graphs = await WatchedGraph.open(options.supergraphFile, clients, log);
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const errors = { showFailures: !options.production };
  const rateLimits = options.rateLimits ? await openRateLimits(options.rateLimits, log) : UNLIMITED;
  const runner = new OperationRunner({
    errors,
    limits,
    rateLimits,
    policies: options.policies,
    typesByRole: options.typesByRole,
  });
  const admission = new Admission({
    limits,
    introspection: options.introspection,
    trusted: options.trustedDocuments,
  });
  const apollo = await startApolloServer(graphs, runner, options);
  const verifier = signIn && tokenVerifier(signIn);
  const streams = new Streams();
  graphs.onChange((graph) => void streams.moveAll(graph));
  const sockets = serveWebSockets({
    graphs,
    admission,
    runner,
    verifier,
    rateLimits,
    trustedProxies,
    errors,
    streams,
    channels: new Channels(log),
    levelFields: options.levelFields ?? [],
    limits,
    log,
  });
  const graphql = graphqlRoute({
    apollo,
    graphs,
    admission,
    runner,
    verifier,
    rateLimits,
    trustedProxies,
    errors,
    crossOrigin: new CrossOrigin(options.corsOrigins ?? []),
    bodyBytes: limits.bodyBytes,
    landingPage: options.introspection ? '/' : undefined,
  });
  const stop = async () => {
    rateLimits.close();
    await apollo.stop();
    await graphs.close();
  };
  const server = await startHttpServer({
    host: options.host,
    port: options.port,
    routes: [
      graphql,
      ...(options.introspection ? [sandboxRoute(), ...graphiqlRoutes()] : []),
      ...(options.routes ?? []),
    ],
    ready: async () => {},
    log,
    onStop: () => sockets.stop(),
  }).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  server.server.on('upgrade', sockets.upgrade);
  return {
    port: server.port,
    ready: async () => {},
    async stop() {
      await server.stop();
      await stop();
    },
  };
}
