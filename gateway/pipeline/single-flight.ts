/** One execution that several requests share. It is aborted when the last of them has been cancelled. */
import type { Cancellation } from '../clients/client.js';
import type { SerializedResponse } from '../execution/execute.js';

export class SingleFlight {
  readonly answer: Promise<SerializedResponse>;
  readonly #abandoned = new AbortController();
  #waiting = 0;

  constructor(run: (signal: AbortSignal) => Promise<SerializedResponse>) {
    this.answer = run(this.#abandoned.signal);
  }

  /** Whether it can still be joined. */
  get isWanted(): boolean {
    return !this.#abandoned.signal.aborted;
  }

  /** @param signal aborted when the joining request is cancelled. */
  join(signal: Cancellation): Promise<SerializedResponse> {
    this.#waiting += 1;
    signal.addEventListener('abort', () => this.#leave(), { once: true });
    if (signal.aborted) this.#leave();
    return this.answer;
  }

  #leave(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#abandoned.abort();
  }
}
