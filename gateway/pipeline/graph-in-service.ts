/**
 * The graph in service, of a supergraph's text or of what a `SupergraphManager` publishes: a watched file, introspection,
 * Uplink. An update that cannot be served is refused and leaves the former graph in service; operations end on the graph that
 * they began on.
 */
import type { GetDataSourceFunction, SupergraphManager, SupergraphSdlHook } from '@apollo/gateway';
import { OperationTypeNode, parse } from 'graphql';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import type { Log } from '../../platform/log.js';
import { newTraceparent } from '../../platform/trace.js';
import type { ClientOptions } from '../clients/targets.js';
import { Graph, supergraphLoads } from './graph.js';

/** The graph in service, and notice of the next one. */
export interface GraphSource {
  readonly current: Graph;
  /** @returns how to stop listening. */
  onChange(listener: (graph: Graph) => void): () => void;
}

export interface GraphInServiceOptions {
  readonly source: string | SupergraphSdlHook | SupergraphManager;
  readonly clients: ClientOptions;
  /** For managers that introspect subgraphs. */
  readonly getDataSource?: GetDataSourceFunction;
  readonly log: Log;
}

export class GraphInService implements GraphSource {
  readonly #clients: ClientOptions;
  readonly #log: Log;
  readonly #listeners = new Set<(graph: Graph) => void>();
  #current: Graph;
  #cleanup: () => Promise<void> = async () => {};

  private constructor(sdl: string, { clients, log }: GraphInServiceOptions) {
    this.#clients = clients;
    this.#log = log;
    this.#current = new Graph(sdl, clients);
  }

  /** @throws when there is no supergraph, or none that can be served. */
  static async open(options: GraphInServiceOptions): Promise<GraphInService> {
    const { source, clients, getDataSource = noDataSource } = options;
    if (typeof source === 'string') return new GraphInService(source, options);
    let opened: GraphInService | undefined;
    // A manager may publish an update before it has answered with the first supergraph.
    let early: string | undefined;
    const initialize: SupergraphSdlHook =
      typeof source === 'function' ? source : (given) => source.initialize(given);
    const { supergraphSdl, cleanup } = await initialize({
      update(sdl) {
        if (opened === undefined) early = sdl;
        else opened.#replace(sdl);
      },
      healthCheck: (sdl) => healthCheck(sdl, clients),
      getDataSource,
    });
    try {
      opened = new GraphInService(early ?? supergraphSdl, options);
    } catch (error) {
      await cleanup?.();
      throw error;
    }
    if (cleanup !== undefined) opened.#cleanup = cleanup;
    return opened;
  }

  get current(): Graph {
    return this.#current;
  }

  onChange(listener: (graph: Graph) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    await this.#cleanup();
    await this.#current.retire();
  }

  /** @throws for the manager, which reports it, when the supergraph cannot be served. */
  #replace(sdl: string): void {
    const former = this.#current;
    if (sdl === former.supergraph.sdl) return;
    try {
      this.#current = new Graph(sdl, this.#clients);
    } catch (error) {
      supergraphLoads.inc({ outcome: 'refused' });
      this.#log.error({ error: String(error) }, 'the updated supergraph cannot be served');
      throw error;
    }
    supergraphLoads.inc({ outcome: 'served' });
    this.#log.info({ supergraph: this.#current.supergraph.id }, 'a new supergraph is in service');
    for (const listener of this.#listeners) listener(this.#current);
    void former.retire();
  }
}

function noDataSource(): never {
  throw new Error('This supergraph manager is given no data sources');
}

const HEALTH_CHECK = '{ __typename }';

/** @throws naming every subgraph of the supergraph that does not answer. */
async function healthCheck(sdl: string, clients: ClientOptions): Promise<void> {
  const graph = new Graph(sdl, clients);
  const call = {
    identity: ANONYMOUS,
    authorization: undefined,
    traceparent: newTraceparent(),
    signal: new AbortController().signal,
  };
  const request = {
    query: HEALTH_CHECK,
    document: parse(HEALTH_CHECK),
    operationName: undefined,
    operationType: OperationTypeNode.QUERY,
    variables: {},
  };
  try {
    const failing = await Promise.all(
      [...graph.clients.values()].map(async (client) => {
        const { errors = [] } = await client.execute(request, call);
        return errors.map(({ message }) => `${client.name}: ${message}`);
      }),
    );
    const problems = failing.flat();
    if (problems.length > 0) throw new Error(`Subgraphs failed the health check: ${problems.join('; ')}`);
  } finally {
    await graph.retire();
  }
}
