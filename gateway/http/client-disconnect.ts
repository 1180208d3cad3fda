/** A client that goes away before it has its answer, as the cancellation of what was begun for it. */
import type { ServerResponse } from 'node:http';
import type { Cancellation } from '../clients/client.js';

export class ClientDisconnect implements Cancellation {
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
