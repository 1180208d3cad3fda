/** The result of a bench: figures with units and targets, with those of peers measured in the same run. */
export interface Figure {
  readonly value: number;
  readonly unit: string;
  /** The value aimed at; a rate should reach it, a time stay below it. */
  readonly target?: number;
}

export interface BenchResult {
  readonly figures: Readonly<Record<string, Figure>>;
  readonly peers: Readonly<Record<string, Readonly<Record<string, Figure>>>>;
}

/** Options of the caller; a bench reads those that it has. */
export interface BenchOptions {
  /** Orders to place. */
  readonly orders?: number;
  /** Orders that are there before anything is measured. */
  readonly history?: number;
  /** Of `ingest`: whether each reading is applied once, instead of how many. */
  readonly exactlyOnce?: boolean;
  /** Another checkout, installed and built, to measure beside this one. */
  readonly beside?: string;
  /** Of `customers`: a file of customers. */
  readonly csv?: string;
}

/** @param report called with each step. */
export type Bench = (report: (progress: string) => void, options: BenchOptions) => Promise<BenchResult>;

/** The value below which the share `quantile` of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
