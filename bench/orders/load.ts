/** Two kinds of load: a constant number in flight, or a constant rate however long each takes. */
export interface LoadResult {
  /** Finished a second. */
  readonly rate: number;
  /** How long each took. */
  readonly milliseconds: readonly number[];
}

/** Keeps `inFlight` going for `seconds`; each starts the next when it is done. */
export async function inFlight(
  count: number,
  seconds: number,
  one: () => Promise<void>,
): Promise<LoadResult> {
  const milliseconds: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1_000;
  const lane = async () => {
    while (performance.now() < end) milliseconds.push(await timed(one));
  };
  await Promise.all(Array.from({ length: count }, lane));
  return { rate: (milliseconds.length * 1_000) / (performance.now() - start), milliseconds };
}

/** Starts `perSecond` for `seconds`, evenly; late ones start at once, so that waiting is measured. */
export async function atRate(
  perSecond: number,
  seconds: number,
  one: () => Promise<void>,
): Promise<LoadResult> {
  const under: Promise<number>[] = [];
  const start = performance.now();
  while (under.length < perSecond * seconds) {
    const due = ((performance.now() - start) * perSecond) / 1_000;
    while (under.length < due && under.length < perSecond * seconds) under.push(timed(one));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const milliseconds = await Promise.all(under);
  return { rate: (milliseconds.length * 1_000) / (performance.now() - start), milliseconds };
}

async function timed(one: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await one();
  return performance.now() - start;
}
