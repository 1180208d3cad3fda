/**
 * One supergraph in service: the clients of its subgraphs and the caches of operations on it. A new supergraph is a new graph; the
 * former one closes its clients when the last operation that began on it has ended.
 */
import { counter } from '../../platform/metrics.js';
import type { SubgraphClient } from '../clients/client.js';
import { type ClientOptions, forwardsAuthorization, openClients } from '../clients/targets.js';
import { PlanCache } from '../execution/plan-cache.js';
import { loadSupergraph, type Supergraph } from '../supergraph/supergraph.js';
import { OperationCache } from './operation-cache.js';

export const supergraphLoads = counter(
  'kedai_gateway_supergraph_loads_total',
  'Updates of the supergraph, served or refused',
  ['outcome'],
);

export class Graph {
  readonly supergraph: Supergraph;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  /** Whether callers' own `authorization` goes upstream. */
  readonly forwardsAuthorization: boolean;
  /** Whether its subgraphs are Kedai's own, which answer in the language of a call. */
  readonly speaksLanguages: boolean;
  readonly operations: OperationCache;
  readonly plans = new PlanCache();
  #holders = 0;
  #isRetired = false;
  #closed: Promise<void> | undefined;
  #whenClosed: () => void = () => {};

  /** @throws when the SDL is no supergraph, or uses a feature that this gateway does not support. */
  constructor(sdl: string, options: ClientOptions) {
    this.supergraph = loadSupergraph(sdl);
    this.clients = openClients(this.supergraph.services, options);
    this.forwardsAuthorization = forwardsAuthorization(this.supergraph.services, options);
    this.speaksLanguages = !this.forwardsAuthorization;
    this.operations = new OperationCache(this.supergraph);
  }

  /** Keeps the clients open until the returned function is called, once. */
  hold(): () => void {
    this.#holders += 1;
    return () => {
      this.#holders -= 1;
      if (this.#isRetired && this.#holders === 0) void this.#close();
    };
  }

  /** Keeps the clients open while the work lasts; every use of the graph in service is wrapped in this. */
  async during<Result>(work: (graph: Graph) => Promise<Result>): Promise<Result> {
    const release = this.hold();
    try {
      return await work(this);
    } finally {
      release();
    }
  }

  /** No operation begins on it from now on. Resolves when the clients are closed. */
  retire(): Promise<void> {
    this.#isRetired = true;
    if (this.#holders === 0) return this.#close();
    this.#closed ??= new Promise((resolve) => {
      this.#whenClosed = resolve;
    });
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.clients.values()].map((client) => client.close()));
    this.#whenClosed();
  }
}
