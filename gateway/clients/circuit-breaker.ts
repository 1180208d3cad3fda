/**
 * Stops requests to a subgraph that fails repeatedly. After `threshold` failures in a row the circuit opens; then one request per
 * `pauseMilliseconds` may try, and its success closes the circuit.
 */
export interface CircuitBreakerOptions {
  /** Default 10. */
  readonly threshold?: number;
  /** Default 1 s. */
  readonly pauseMilliseconds?: number;
  /** Default: the monotonic clock. */
  readonly now?: () => number;
}

export class CircuitBreaker {
  readonly #threshold: number;
  readonly #pause: number;
  readonly #now: () => number;
  #failures = 0;
  #retryAt = 0;

  constructor({ threshold = 10, pauseMilliseconds = 1_000, now }: CircuitBreakerOptions = {}) {
    this.#threshold = threshold;
    this.#pause = pauseMilliseconds;
    this.#now = now ?? (() => performance.now());
  }

  get isOpen(): boolean {
    return this.#failures >= this.#threshold;
  }

  /** Whether a request may start. While the circuit is open, true once per pause. */
  allows(): boolean {
    if (!this.isOpen) return true;
    if (this.#now() < this.#retryAt) return false;
    this.#retryAt = this.#now() + this.#pause;
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** @param weight how many failures it counts as. */
  failed(weight = 1): void {
    this.#failures += weight;
    if (this.isOpen) this.#retryAt = this.#now() + this.#pause;
  }
}
