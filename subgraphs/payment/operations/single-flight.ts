/** Lets those who ask for the same at the same time share one call and its outcome. */
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
