/**
 * Lets so many in at once, and so many more wait for their turn: first come, first served. Who gives up leaves nothing
 * behind.
 */
import type { Cancellation } from './client.js';

export interface BulkheadOptions {
  /** Most that are in at once. */
  readonly concurrent: number;
  /** Most that wait. */
  readonly waiting: number;
}

/** There is no room, or no turn came in time. */
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
   * Undefined for who is in at once, else what resolves when its turn comes. Whoever is in calls `leave` once.
   *
   * @param deadline by the monotonic clock, in milliseconds.
   * @throws NoRoom, at once or when waiting ends in vain.
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
