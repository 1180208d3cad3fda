/**
 * Bounds the calls in flight and the queue of those that wait, which is first in, first out. A call leaves the queue at once when it
 * is aborted or its deadline passes.
 */
import type { Cancellation } from './client.js';

export interface BulkheadOptions {
  /** Calls in flight. */
  readonly concurrent: number;
  /** Calls in the queue. */
  readonly waiting: number;
}

/** The queue is full, or the call waited until its deadline. */
export class BulkheadFull extends Error {
  override readonly name = 'BulkheadFull';
}

export class Bulkhead {
  readonly #mostWaiting: number;
  readonly #waiting = new Set<() => void>();
  #room: number;

  constructor({ concurrent, waiting }: BulkheadOptions) {
    this.#room = concurrent;
    this.#mostWaiting = waiting;
  }

  /**
   * Undefined when the call may start at once, otherwise a promise that resolves when it may. Every call that has started calls
   * `leave` once.
   *
   * @param deadline by the monotonic clock, in milliseconds.
   * @throws BulkheadFull, at once or by the promise.
   */
  enter(signal: Cancellation, deadline: number): Promise<void> | undefined {
    if (this.#room > 0) {
      this.#room -= 1;
      return undefined;
    }
    if (signal.aborted || this.#waiting.size >= this.#mostWaiting)
      throw new BulkheadFull('Too many calls wait');
    return new Promise((resolve, reject) => {
      const stopWaiting = () => {
        this.#waiting.delete(admit);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      };
      const admit = () => {
        stopWaiting();
        resolve();
      };
      const giveUp = () => {
        stopWaiting();
        reject(new BulkheadFull('The call waited until its deadline'));
      };
      const timer = setTimeout(giveUp, deadline - performance.now());
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(admit);
    });
  }

  leave(): void {
    const admitNext = this.#waiting.values().next().value;
    if (admitNext === undefined) this.#room += 1;
    else admitNext();
  }
}
