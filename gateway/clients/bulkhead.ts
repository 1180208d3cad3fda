/**
 * Bounds the calls in flight and the calls that wait for their turn, first come, first served. A call that is aborted or
 * past its deadline leaves the queue at once.
 */
import type { Cancellation } from './client.js';

export interface BulkheadOptions {
  /** Calls in flight. */
  readonly concurrent: number;
  /** Calls in the queue. */
  readonly waiting: number;
}

/** The queue is full, or no turn came in time. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
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
   * Undefined when the call may start at once, otherwise a promise of its turn. Each call that starts is followed by one
   * `leave`.
   *
   * @param deadline by the monotonic clock, in milliseconds.
   * @throws NoRoom, at once or by the promise.
   */
  enter(signal: Cancellation, deadline: number): Promise<void> | undefined {
    if (this.#room > 0) {
      this.#room -= 1;
      return undefined;
    }
    if (signal.aborted || this.#waiting.size >= this.#mostWaiting) throw new NoRoom('Too many wait already');
    return new Promise((resolve, reject) => {
      const stopWaiting = () => {
        this.#waiting.delete(letIn);
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
      };
      const letIn = () => {
        stopWaiting();
        resolve();
      };
      const giveUp = () => {
        stopWaiting();
        reject(new NoRoom('No turn came in time'));
      };
      const timer = setTimeout(giveUp, deadline - performance.now());
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.add(letIn);
    });
  }

  leave(): void {
    const letNextIn = this.#waiting.values().next().value;
    if (letNextIn === undefined) this.#room += 1;
    else letNextIn();
  }
}
