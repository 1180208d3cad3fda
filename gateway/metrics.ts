/** The metrics of the gateways in this process, collected when Prometheus scrapes them. */
import { Counter, Gauge } from 'prom-client';
import { metrics } from '../platform/metrics.js';
import type { PlanCacheStats } from './execution/plan-cache.js';

/** The current figures of a running gateway. */
export interface GatewayFigures {
  plans(): PlanCacheStats;
  documents(): number;
  sockets(): number;
  streams(): number;
  upstreams(): number;
  responseCacheHits(): number;
}

const running = new Set<GatewayFigures>();

/** Returns a function that stops the counting. */
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

/** A count held by an object that may be replaced, such as a plan cache: what it grew by since the last scrape is added. */
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

counterOf('plan_cache_hits_total', 'Operations whose plan was cached', (gateway) => gateway.plans().hits);
counterOf(
  'plan_cache_misses_total',
  'Operations that had to be planned',
  (gateway) => gateway.plans().misses,
);
gaugeOf('plan_cache_operations', 'Plans cached', (gateway) => gateway.plans().operations);
gaugeOf('plan_cache_bytes', 'Approximate size of the cached plans', (gateway) => gateway.plans().bytes);
counterOf('response_cache_hits_total', 'Responses served from the response cache', (gateway) =>
  gateway.responseCacheHits(),
);
gaugeOf('documents', 'Documents cached as valid', (gateway) => gateway.documents());
gaugeOf('sockets', 'Clients connected over WebSocket', (gateway) => gateway.sockets());
gaugeOf('streams', 'Subscriptions of clients', (gateway) => gateway.streams());
gaugeOf('upstreams', 'Subscriptions at subgraphs, each shared by streams', (gateway) => gateway.upstreams());
