/** What a bench gives: figures with their units and targets, and the same of the peers measured beside it in one run. */
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

/** What the caller may set; a bench looks at what it knows. */
export interface BenchOptions {
  /** Orders to place. */
  readonly orders?: number;
}

/** @param report told of each step, for people who wait. */
export type Bench = (report: (progress: string) => void, options: BenchOptions) => Promise<BenchResult>;

/** The value below which the share `quantile` of the samples lies. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
