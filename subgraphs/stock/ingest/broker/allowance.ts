/** A token bucket for what one shelf publishes: so many messages a second, and a burst of two seconds after a pause. */
const BURST_SECONDS = 2;

export class Allowance {
  readonly #interval: number;
  /** When the messages taken so far would have come at the rate that is allowed. */
  #takenUntil = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#interval = 1_000 / perSecond;
  }

  /** @returns the milliseconds that the message has to wait for. */
  take(now: number): number {
    this.#takenUntil = Math.max(this.#takenUntil, now) + this.#interval;
    return Math.max(0, this.#takenUntil - now - BURST_SECONDS * 1_000);
  }

  /** Whether nothing of it is taken. */
  isWhole(now: number): boolean {
    return this.#takenUntil <= now;
  }
}
