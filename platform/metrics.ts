/** Prometheus metrics of this process, shared by every unit in it and shown at `/metrics`. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export const metrics = new Registry();
collectDefaultMetrics({ register: metrics });

export function counter<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
): Counter<Label> {
  return new Counter({ name, help, labelNames, registers: [metrics] });
}

/** @param collect called before each scrape, to set it. */
export function gauge<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
  collect: (gauge: Gauge<Label>) => Promise<void> | void = () => {},
): Gauge<Label> {
  return new Gauge({
    ...{ name, help, labelNames, registers: [metrics] },
    collect() {
      return collect(this);
    },
  });
}

/** @param buckets upper bounds, in the unit that the name ends with. */
export function histogram<Label extends string>(
  name: string,
  help: string,
  labelNames: readonly Label[] = [],
  buckets: number[] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
): Histogram<Label> {
  return new Histogram({ name, help, labelNames, buckets, registers: [metrics] });
}
