/** A generator over a watcher that ends when it is returned. */

/** A generator cannot be returned while it awaits its next value; ending the watcher ends that wait. */
export function returningAtOnce<Value>(
  generator: AsyncGenerator<Value, void, undefined>,
  watcher: { return(): Promise<unknown> },
): AsyncIterableIterator<Value> {
  return {
    next: () => generator.next(),
    async return() {
      await watcher.return();
      return generator.return();
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
