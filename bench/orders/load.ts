/** Kinds of load: a constant number in flight, for a time or until so many are done, or a constant rate however long each takes. */
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
  const end = performance.now() + seconds * 1_000;
  return whileInFlight(count, () => performance.now() < end, one);
}

/** Keeps `count` going until `total` have been started. */
export async function inAll(count: number, total: number, one: () => Promise<void>): Promise<LoadResult> {
  let left = total;
  return whileInFlight(count, () => left-- > 0, one);
}

async function whileInFlight(
  count: number,
  goesOn: () => boolean,
  one: () => Promise<void>,
): Promise<LoadResult> {
  const milliseconds: number[] = [];
  const start = performance.now();
  const lane = async () => {
    while (goesOn()) milliseconds.push(await timed(one));
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
