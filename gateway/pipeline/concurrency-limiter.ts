/** Bounds how many things are open at the same time: in all, and by one key. */
export interface ConcurrencyLimits {
  readonly total: number;
  readonly perKey: number;
}

export class ConcurrencyLimiter {
  readonly #limits: ConcurrencyLimits;
  readonly #openByKey = new Map<string, number>();
  #open = 0;

  constructor(limits: ConcurrencyLimits) {
    this.#limits = limits;
  }

  /** Returns a function that releases the slot, to be called once; undefined where no slot is free. */
  acquire(key: string): (() => void) | undefined {
    const own = this.#openByKey.get(key) ?? 0;
    if (own >= this.#limits.perKey || this.#open >= this.#limits.total) return undefined;
    this.#openByKey.set(key, own + 1);
    this.#open += 1;
    return () => this.#release(key);
  }

  #release(key: string): void {
    const left = (this.#openByKey.get(key) ?? 0) - 1;
    if (left > 0) this.#openByKey.set(key, left);
    else this.#openByKey.delete(key);
    this.#open -= 1;
  }
}
