/**
 * The local half of a bus: who listens to which topic in this process. Bounded: a listener too far behind is
 * ended as unavailable, so that the gateway opens its subscription again, from a snapshot.
 */
import { ErrorCode, requestError } from '../errors.js';
import { type BusMessage, type BusPayload, MISSED } from './bus.js';

const MAXIMUM_BACKLOG = 1_000;

export class TopicSubscriptions {
  readonly #listeners = new Map<string, Set<Listener>>();

  topics(): string[] {
    return [...this.#listeners.keys()];
  }

  deliver(topic: string, payload: BusPayload): void {
    for (const listener of this.#listeners.get(topic) ?? []) listener.push(payload);
  }

  /** Tells every listener that it may have missed something. */
  missed(): void {
    for (const listeners of this.#listeners.values()) for (const listener of listeners) listener.push(MISSED);
  }

  listen(topic: string, onLast: () => void): AsyncIterableIterator<BusMessage> {
    const listeners = this.#listeners.get(topic) ?? new Set();
    this.#listeners.set(topic, listeners);
    const listener = new Listener(() => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(topic) === listeners) {
        this.#listeners.delete(topic);
        onLast();
      }
    });
    listeners.add(listener);
    return listener;
  }

  endAll(): void {
    for (const listeners of [...this.#listeners.values()])
      for (const listener of [...listeners]) void listener.return();
  }
}

class Listener implements AsyncIterableIterator<BusMessage> {
  readonly #backlog: BusMessage[] = [];
  readonly #onEnd: () => void;
  #waiting: PromiseWithResolvers | undefined;
  #state: 'open' | 'overrun' | 'ended' = 'open';

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  push(message: BusMessage): void {
    if (this.#state !== 'open') return;
    if (this.#waiting) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve({ value: message, done: false });
    } else if (this.#backlog.push(message) > MAXIMUM_BACKLOG) {
      this.#state = 'overrun';
      this.#backlog.length = 0;
      this.#onEnd();
    }
  }

  async next(): Promise<IteratorResult<BusMessage, undefined>> {
    const message = this.#backlog.shift();
    if (message !== undefined) return { value: message, done: false };
    if (this.#state === 'overrun') {
      this.#state = 'ended';
      throw requestError(ErrorCode.SUBGRAPH_UNAVAILABLE, `Listener fell ${MAXIMUM_BACKLOG} messages behind`);
    }
    if (this.#state === 'ended') return { value: undefined, done: true };
    return new Promise((resolve) => {
      this.#waiting = { resolve };
    });
  }

  async return(): Promise<IteratorResult<BusMessage, undefined>> {
    if (this.#state === 'open') {
      this.#state = 'ended';
      this.#backlog.length = 0;
      this.#onEnd();
      this.#waiting?.resolve({ value: undefined, done: true });
      this.#waiting = undefined;
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

interface PromiseWithResolvers {
  resolve(result: IteratorResult<BusMessage, undefined>): void;
}
