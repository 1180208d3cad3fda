/** A queue that holds the latest value of each key, in the order in which keys came: as large as there are keys, at the most. */
export class LatestByKey<Key, Value> implements AsyncIterableIterator<Value> {
  readonly #values = new Map<Key, Value>();
  readonly #onClose: () => void;
  #waiting: ((result: IteratorResult<Value, undefined>) => void)[] = [];
  #isClosed = false;

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  put(key: Key, value: Value): void {
    if (this.#isClosed) return;
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#values.set(key, value);
    else waiting({ value, done: false });
  }

  async next(): Promise<IteratorResult<Value, undefined>> {
    for (const [key, value] of this.#values) {
      this.#values.delete(key);
      return { value, done: false };
    }
    if (this.#isClosed) return { value: undefined, done: true };
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends whoever waits, at once. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#values.clear();
    for (const waiting of this.#waiting) waiting({ value: undefined, done: true });
    this.#waiting = [];
    this.#onClose();
  }

  async return(): Promise<IteratorResult<Value, undefined>> {
    this.close();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
