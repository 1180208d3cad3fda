/** Starts a gateway: GraphQL over HTTP and WebSocket in front of the subgraphs of one supergraph. */
import { readFile } from 'node:fs/promises';
import { ConfigurationError } from '../platform/config.js';
import { startHttpServer } from '../platform/http/server.js';
import { tokenVerifier } from './access/token.js';
import { type Graph, openGraph } from './graph.js';
import { OperationRunner } from './operations/run.js';
import type { GatewayOptions } from './options.js';
import { startApolloServer } from './server/apollo.js';
import { graphqlRoute } from './server/graphql-route.js';

export interface RunningGateway {
  readonly port: number;
  /** Rejects with the reason while it cannot serve. */
  ready(): Promise<void>;
  /** Ends after the operations under way; streams are told to connect elsewhere. */
  stop(): Promise<void>;
}

/** @throws ConfigurationError when the supergraph cannot be served or the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const { log, signIn, subgraphs, subgraphTokens } = options;
  const graph = await readGraph(options.supergraphFile, { targets: subgraphs, tokens: subgraphTokens, log });
  const graphs = { current: graph, onChange: () => () => {} };
  const runner = new OperationRunner({ showFailures: !options.production });
  const apollo = await startApolloServer(graphs, runner, options);
  const verifier = signIn && tokenVerifier(signIn);
  const server = await startHttpServer({
    host: options.host,
    port: options.port,
    routes: [graphqlRoute({ apollo, graphs, verifier }), ...(options.routes ?? [])],
    ready: async () => {},
    log,
  });
  return {
    port: server.port,
    ready: async () => {},
    async stop() {
      await server.stop();
      await apollo.stop();
      await graph.close();
    },
  };
}

async function readGraph(file: string, options: Parameters<typeof openGraph>[1]): Promise<Graph> {
  try {
    return openGraph(await readFile(file, 'utf8'), options);
  } catch (error) {
    throw new ConfigurationError(
      `The supergraph ${file} cannot be served: ${error instanceof Error ? error.message : error}`,
    );
  }
}
