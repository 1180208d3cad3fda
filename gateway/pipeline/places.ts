/** So many places in all, and so many of them for one holder: what is open at the same time, each by its holder's key. */
export interface PlacesOptions {
  readonly inAll: number;
  readonly each: number;
}

export class Places {
  readonly #options: PlacesOptions;
  readonly #taken = new Map<string, number>();
  #inAll = 0;

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** The answer gives the place back, once; undefined where there is none. */
  take(key: string): (() => void) | undefined {
    const own = this.#taken.get(key) ?? 0;
    if (own >= this.#options.each || this.#inAll >= this.#options.inAll) return undefined;
    this.#taken.set(key, own + 1);
    this.#inAll += 1;
    return () => this.#giveBack(key);
  }

  #giveBack(key: string): void {
    const left = (this.#taken.get(key) ?? 0) - 1;
    if (left > 0) this.#taken.set(key, left);
    else this.#taken.delete(key);
    this.#inAll -= 1;
  }
}
