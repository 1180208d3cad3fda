/**
 * Joins the items of concurrent jobs into batches: while a batch is handled, the items of further jobs gather, in the order
 * of the jobs, and form the next one. So a queue of many small jobs costs few transactions, and a lone job starts at once.
 * When a batch of several jobs fails, each job is handled alone, so that only the one at fault fails.
 */
export interface BatchingOptions {
  /** Batches handled at once. */
  readonly handlesAtOnce: number;
  /** Of a batch of several jobs; a single job may bring more. */
  readonly maximumItems: number;
}

interface Waiting<Item> {
  readonly items: readonly Item[];
  resolve(): void;
  reject(error: unknown): void;
}

/** @returns what a job calls with its items; resolves when they are handled. */
export function batching<Item>(
  handle: (items: readonly Item[]) => Promise<void>,
  { handlesAtOnce, maximumItems }: BatchingOptions,
): (items: readonly Item[]) => Promise<void> {
  const waiting: Waiting<Item>[] = [];
  let running = 0;

  function take(): Waiting<Item>[] {
    let items = 0;
    const end = waiting.findIndex((job, index) => {
      items += job.items.length;
      return index > 0 && items > maximumItems;
    });
    return waiting.splice(0, end === -1 ? waiting.length : end);
  }

  async function run(): Promise<void> {
    running += 1;
    while (waiting.length > 0) await handleJobs(take());
    running -= 1;
  }

  async function handleJobs(jobs: readonly Waiting<Item>[]): Promise<void> {
    if (jobs.length > 1 && (await succeeds(handle(jobs.flatMap(({ items }) => items))))) {
      for (const { resolve } of jobs) resolve();
      return;
    }
    for (const { items, resolve, reject } of jobs) await handle(items).then(resolve, reject);
  }

  return (items) =>
    new Promise((resolve, reject) => {
      waiting.push({ items, resolve, reject });
      if (running < handlesAtOnce) void run();
    });
}

function succeeds(work: Promise<void>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
