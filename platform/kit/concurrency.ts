/** Concurrency by key, within this process. */

export type KeyedMutex = <Result>(key: string, work: () => Promise<Result>) => Promise<Result>;

/**
 * Runs work on the same key one after the other. The database's lock would order it too, but everyone waiting there holds
 * a connection that other work needs.
 */
export function keyedMutex(): KeyedMutex {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    last.set(key, turn);
    const remove = () => {
      if (last.get(key) === turn) last.delete(key);
    };
    turn.then(remove, remove);
    return turn;
  };
}

/** Shares one call, and its outcome, among all who make it while it is under way. */
export function singleFlight<Result>(): (key: string, call: () => Promise<Result>) => Promise<Result> {
  const running = new Map<string, Promise<Result>>();
  return (key, call) => {
    const known = running.get(key);
    if (known !== undefined) return known;
    const started = call().finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
}
