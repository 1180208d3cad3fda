/**
 * Events pushed on one side and awaited on the other. Bounded: a reader further behind than `capacity` is ended with the
 * error given, since dropping single events would show it a state that never was. What was pushed before the end is
 * still read, before the error.
 */
export interface EventQueueOptions {
  /** Most events waiting. Default 1,000. */
  readonly capacity?: number;
  /** What a reader that fell behind is told. */
  readonly overrun: () => Error;
  /** Called once, when the reader returns or falls behind. */
  readonly onReturn?: () => void;
}

type Waiting<Event> = {
  resolve(result: IteratorResult<Event, undefined>): void;
  reject(error: Error): void;
};

export class EventQueue<Event> implements AsyncIterableIterator<Event, undefined> {
  readonly #capacity: number;
  readonly #overrun: () => Error;
  readonly #onReturn: () => void;
  readonly #events: Event[] = [];
  #waiting: Waiting<Event> | undefined;
  #ended = false;
  #error: Error | undefined;

  constructor({ capacity = 1_000, overrun, onReturn = () => {} }: EventQueueOptions) {
    this.#capacity = capacity;
    this.#overrun = overrun;
    this.#onReturn = onReturn;
  }

  push(event: Event): void {
    if (this.#ended) return;
    if (this.#waiting !== undefined) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve({ done: false, value: event });
    } else if (this.#events.length < this.#capacity) {
      this.#events.push(event);
    } else {
      this.#events.length = 0;
      this.end(this.#overrun());
      this.#onReturn();
    }
  }

  /** No more events: the reader gets those that wait, and then the error if there is one. */
  end(error?: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) void this.next().then(waiting.resolve, waiting.reject);
  }

  async next(): Promise<IteratorResult<Event, undefined>> {
    const event = this.#events.shift();
    if (event !== undefined) return { done: false, value: event };
    if (this.#error !== undefined) {
      const error = this.#error;
      this.#error = undefined;
      throw error;
    }
    if (this.#ended) return { done: true, value: undefined };
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  async return(): Promise<IteratorResult<Event, undefined>> {
    if (!this.#ended) {
      this.#events.length = 0;
      this.end();
      this.#onReturn();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
