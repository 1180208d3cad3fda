/** Aborts when a client disconnects before its response is complete; has what callers use of an `AbortSignal`, at less cost. */
import type { ServerResponse } from 'node:http';

export class ClientDisconnect {
  #aborted: boolean;
  readonly #listeners = new Set<() => void>();

  constructor(response: ServerResponse) {
    this.#aborted = response.destroyed;
    response.once('close', () => {
      if (response.writableFinished) return;
      this.#aborted = true;
      const listeners = [...this.#listeners];
      this.#listeners.clear();
      for (const listener of listeners) listener();
    });
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw new DOMException('The client has gone away', 'AbortError');
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
