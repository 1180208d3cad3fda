/**
 * One supergraph being served: what was loaded, the clients of its subgraphs, and what is known of operations on it. A
 * new supergraph is a new graph; this one is let go when the operations that began on it have ended.
 */
import type { SubgraphClient } from './clients/client.js';
import { type ClientOptions, openClients } from './clients/targets.js';
import { PlanCache } from './execution/plan-cache.js';
import { KnownOperations } from './operations/known.js';
import { loadSupergraph, type Supergraph } from './supergraph/supergraph.js';

export interface Graph {
  readonly supergraph: Supergraph;
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly operations: KnownOperations;
  readonly plans: PlanCache;
  close(): Promise<void>;
}

/** @throws when the SDL is no supergraph, or demands what this gateway cannot keep. */
export function openGraph(sdl: string, options: ClientOptions): Graph {
  const supergraph = loadSupergraph(sdl);
  const clients = openClients(supergraph.services, options);
  return {
    supergraph,
    clients,
    operations: new KnownOperations(supergraph),
    plans: new PlanCache(),
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}
