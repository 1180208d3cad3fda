/** The time of the simulated day: minutes since its midnight, `speed` times as quick as the wall's clock. */
import { setTimeout as delay } from 'node:timers/promises';

export class Clock {
  readonly #from: number;
  readonly #speed: number;
  readonly #signal: AbortSignal;
  readonly #startedAt = performance.now();

  /** @param signal ends every wait at once. */
  constructor(from: number, speed: number, signal: AbortSignal) {
    this.#from = from;
    this.#speed = speed;
    this.#signal = signal;
  }

  get minute(): number {
    return this.#from + (this.realSeconds * this.#speed) / 60;
  }

  get realSeconds(): number {
    return (performance.now() - this.#startedAt) / 1_000;
  }

  get hasEnded(): boolean {
    return this.#signal.aborted;
  }

  /** So many minutes of the day. */
  async pass(minutes: number): Promise<void> {
    await this.passReal((minutes * 60_000) / this.#speed);
  }

  async passReal(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#signal }).catch(() => undefined);
  }

  /** Such as 07:05. */
  text(): string {
    const minute = Math.floor(this.minute) % 1_440;
    return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
  }
}
