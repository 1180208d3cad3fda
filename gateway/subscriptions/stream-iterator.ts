/**
 * A stream as graphql-ws wants to see it: an iteration that lasts as long as the stream does. It yields nothing, since
 * events are written to the socket where they arise; it ends when the stream completes, and throws when it fails.
 */
export class StreamIterator implements AsyncGenerator<never, void, void> {
  readonly #onReturn: () => void;
  readonly #ended: Promise<IteratorReturnResult<void>>;
  #complete: () => void = () => {};
  #fail: (error: Error) => void = () => {};

  /** @param onReturn called when the client no longer wants it. */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
    this.#ended = new Promise((resolve, reject) => {
      this.#complete = () => resolve({ done: true, value: undefined });
      this.#fail = reject;
    });
    // It may fail before anybody has looked.
    this.#ended.catch(() => {});
  }

  complete(): void {
    this.#complete();
  }

  fail(error: Error): void {
    this.#fail(error);
  }

  next(): Promise<IteratorResult<never, void>> {
    return this.#ended;
  }

  async return(): Promise<IteratorResult<never, void>> {
    this.#onReturn();
    this.#complete();
    return { done: true, value: undefined };
  }

  throw(error: Error): Promise<IteratorResult<never, void>> {
    this.#onReturn();
    this.#fail(error);
    return this.#ended;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
