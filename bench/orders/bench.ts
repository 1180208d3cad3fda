/**
 * `npm run bench -- orders`: orders accepted, at the subgraph and through the gateway, and how soon stock is reserved. With
 * `--history` and `--beside` it compares instead: histories of two sizes, or two checkouts.
 */
import { type Bench, type Figure, quantile } from '../result.js';
import { measureSubgraph } from './at-subgraph.js';
import type { LoadResult } from './load.js';
import { overHistory } from './over-history.js';
import { processorTimeBeside } from './processor-time.js';
import { OrdersThroughGateway } from './through-gateway.js';

const SECONDS = 5;
const FLIGHTS = [1, 32, 64, 200];
/** Half of what the gateway should accept; measured before what overloads it, whose orders take a while to settle. */
const HALF_LOAD = 400;

const RATE_TARGETS = new Map([[64, 800]]);
const P99_TARGETS = new Map([
  [32, 100],
  [64, 150],
]);

export const bench: Bench = async (report, { history, beside }) => {
  if (beside !== undefined) return processorTimeBeside(beside, report);
  if (history !== undefined) return overHistory(history, report);
  const figures: Record<string, Figure> = {};
  const subgraph = await measureSubgraph(FLIGHTS, SECONDS, report);
  for (const [count, { rate, milliseconds }] of subgraph.placed) {
    const target = count === 200 ? { target: 1_500 } : {};
    figures[`subgraph, ${count} in flight`] = { value: rate, unit: 'orders/s', ...target };
    figures[`subgraph, ${count} in flight, p99`] = { value: quantile(milliseconds, 0.99), unit: 'ms' };
  }

  report('starting the whole system');
  const system = await OrdersThroughGateway.start();
  try {
    await system.withInFlight(32, SECONDS);
    const measureFlight = async (count: number) => {
      report(`gateway, ${count} in flight`);
      const { accepted, settledMilliseconds } = await system.withInFlight(count, SECONDS);
      const name = `gateway, ${count} in flight`;
      figures[name] = { value: accepted.rate, unit: 'orders/s', ...targetIn(RATE_TARGETS, count) };
      Object.assign(figures, latencies(name, accepted, targetIn(P99_TARGETS, count)));
      Object.assign(figures, settling(name, settledMilliseconds, {}));
    };
    report(`gateway, ${HALF_LOAD} orders a second`);
    const { accepted, settledMilliseconds } = await system.withRate(HALF_LOAD, SECONDS * 2);
    const name = `gateway, ${HALF_LOAD} orders/s`;
    Object.assign(
      figures,
      latencies(name, accepted, {}),
      settling(name, settledMilliseconds, { target: 200 }),
    );
    for (const count of FLIGHTS) await measureFlight(count);
  } finally {
    await system.stop();
  }
  const { rate } = subgraph.statementAlone;
  return {
    figures,
    peers: { 'the statement alone': { 'subgraph, 200 in flight': { value: rate, unit: 'orders/s' } } },
  };
};

function latencies(
  name: string,
  { milliseconds }: LoadResult,
  target: Partial<Figure>,
): Record<string, Figure> {
  return {
    [`${name}, accepted p50`]: { value: quantile(milliseconds, 0.5), unit: 'ms' },
    [`${name}, accepted p99`]: { value: quantile(milliseconds, 0.99), unit: 'ms', ...target },
  };
}

function settling(
  name: string,
  milliseconds: readonly number[],
  target: Partial<Figure>,
): Record<string, Figure> {
  return {
    [`${name}, placed to stock's answer p50`]: { value: quantile(milliseconds, 0.5), unit: 'ms' },
    [`${name}, placed to stock's answer p99`]: { value: quantile(milliseconds, 0.99), unit: 'ms', ...target },
  };
}

function targetIn(targets: ReadonlyMap<number, number>, count: number): { target?: number } {
  const target = targets.get(count);
  return target === undefined ? {} : { target };
}
