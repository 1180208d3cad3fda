/** What Prometheus is told of the gateways in this process. */
import { Counter, Gauge } from 'prom-client';
import { counter, histogram, metrics } from '../platform/metrics.js';
import type { PlanCacheStats } from './execution/plan-cache.js';

export const operationSeconds = histogram('kedai_gateway_operation_seconds', 'Time to run an operation', [
  'type',
]);

export const refusals = counter(
  'kedai_gateway_refusals_total',
  'Operations that never began, by their code',
  ['code'],
);

export const subgraphRequests = counter(
  'kedai_gateway_subgraph_requests_total',
  'Requests to subgraphs elsewhere',
  ['subgraph', 'outcome'],
);

export const supergraphLoads = counter(
  'kedai_gateway_supergraph_loads_total',
  'Changes of the supergraph file, served or refused',
  ['outcome'],
);

/** What a running gateway can be asked for at any time. */
export interface GatewayFigures {
  plans(): PlanCacheStats;
  documents(): number;
  sockets(): number;
  streams(): number;
  upstreams(): number;
  /** Responses served from the response cache. */
  cachedResponses(): number;
}

const running = new Set<GatewayFigures>();

/** Answers with how to stop being counted. */
export function countGateway(figures: GatewayFigures): () => void {
  running.add(figures);
  return () => running.delete(figures);
}

function gaugeOf(name: string, help: string, figure: (gateway: GatewayFigures) => number): void {
  new Gauge({
    name: `kedai_gateway_${name}`,
    help,
    registers: [metrics],
    collect() {
      this.set([...running].reduce((sum, gateway) => sum + figure(gateway), 0));
    },
  });
}

/** A count kept elsewhere: only what it grew by since the last look is added, so a new supergraph's cache adds on. */
function counterOf(name: string, help: string, count: (gateway: GatewayFigures) => number): void {
  const seen = new WeakMap<GatewayFigures, number>();
  new Counter({
    name: `kedai_gateway_${name}`,
    help,
    registers: [metrics],
    collect() {
      for (const gateway of running) {
        const now = count(gateway);
        const before = seen.get(gateway) ?? 0;
        this.inc(now >= before ? now - before : now);
        seen.set(gateway, now);
      }
    },
  });
}

counterOf('plan_cache_hits_total', 'Operations whose plan was there', (gateway) => gateway.plans().hits);
counterOf(
  'plan_cache_misses_total',
  'Operations that had to be planned',
  (gateway) => gateway.plans().misses,
);
gaugeOf('plan_cache_operations', 'Plans kept', (gateway) => gateway.plans().operations);
gaugeOf('plan_cache_bytes', 'What the plans kept weigh, roughly', (gateway) => gateway.plans().bytes);
counterOf('answer_cache_hits_total', 'Responses served from the response cache', (gateway) =>
  gateway.cachedResponses(),
);
gaugeOf('documents', 'Documents known to be valid', (gateway) => gateway.documents());
gaugeOf('sockets', 'Clients connected over WebSocket', (gateway) => gateway.sockets());
gaugeOf('streams', 'Subscriptions of clients', (gateway) => gateway.streams());
gaugeOf('upstreams', 'Subscriptions at subgraphs, each shared by streams', (gateway) => gateway.upstreams());
