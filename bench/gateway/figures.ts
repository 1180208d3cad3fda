/** The figures of the bench: each gateway's own, and the ratios of ours to theirs. */
import type { Figure } from '../result.js';
import type { Measurements } from './measure.js';

/** Against plain, against the best Hive. */
const TARGETS: Readonly<Record<string, readonly [number, number]>> = {
  small: [8, 8],
  deep: [5, 3],
  dashboard: [5, 3],
};
/** Connections at which rates are compared, and at which the p99 is. */
const USUAL = '10 connections';
const CROWDED = '50 connections';

export type Figures = Readonly<Record<string, Figure>>;

/** @param rivals whose slowest answers at most connections are the mark to stay below. */
export function figuresOf(measured: Measurements, rivals: readonly Measurements[] = []): Figures {
  const figures: Record<string, Figure> = {};
  for (const [name, { rate, p50, p99, cpu }] of measured) {
    figures[name] = { value: rate, unit: 'requests/s' };
    figures[`${name}, p50`] = { value: p50, unit: 'ms' };
    const marks = name.endsWith(CROWDED) ? rivals.map((rival) => rival.get(name)?.p99 ?? Infinity) : [];
    const target = marks.length > 0 ? { target: Math.round(Math.min(...marks)) } : {};
    figures[`${name}, p99`] = { value: p99, unit: 'ms', ...target };
    if (cpu !== undefined) figures[`${name}, CPU`] = { value: cpu, unit: 'ms/request' };
  }
  return figures;
}

export function ratios(
  ours: Measurements,
  plain: Measurements,
  hives: readonly Measurements[],
  floor: Measurements,
): Figures {
  const figures: Record<string, Figure> = {};
  for (const [operation, [againstPlain, againstHive]] of Object.entries(TARGETS)) {
    const rateOf = (measured: Measurements): number => measured.get(`${operation}, ${USUAL}`)?.rate ?? 0;
    const times = (measured: readonly Measurements[]): number =>
      rateOf(ours) / Math.max(...measured.map(rateOf));
    figures[`${operation}, against plain`] = { value: times([plain]), unit: '×', target: againstPlain };
    figures[`${operation}, against the best Hive`] = { value: times(hives), unit: '×', target: againstHive };
    figures[`${operation}, against the floor`] = { value: times([floor]), unit: '×' };
    const cpuOf = (measured: Measurements): number | undefined => measured.get(`${operation}, ${USUAL}`)?.cpu;
    const [cpu, theirs] = [cpuOf(ours), cpuOf(plain)];
    if (cpu && theirs)
      figures[`${operation}, CPU that plain takes for one of ours`] = { value: theirs / cpu, unit: '×' };
  }
  return figures;
}

/** The gain of single-flight: anonymous operations against those with a caller each. */
export function sharing(shared: Measurements, apart: Measurements): Figures {
  const figures: Record<string, Figure> = {};
  for (const [name, { rate }] of shared) {
    if (!name.endsWith(CROWDED)) continue;
    figures[`${name}, anonymous against a caller each`] = {
      value: rate / (apart.get(name)?.rate ?? Infinity),
      unit: '×',
    };
  }
  return figures;
}
