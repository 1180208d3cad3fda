/** Reproducible random numbers: the same seed draws the same. sfc32 (C. Doty-Humphrey, PractRand), which is no secret's source. */
import { createHash } from 'node:crypto';

export class Random {
  readonly #seed: string;
  readonly #state: Uint32Array;

  constructor(seed: string) {
    this.#seed = seed;
    const hash = createHash('sha256').update(seed).digest();
    this.#state = new Uint32Array([0, 4, 8, 12].map((offset) => hash.readUInt32LE(offset)));
    for (let round = 0; round < 12; round += 1) this.uniform();
  }

  /** Draws of its own, independent of how often this one has drawn. */
  fork(name: string): Random {
    return new Random(`${this.#seed} ${name}`);
  }

  /** From 0 to below 1. */
  uniform(): number {
    const [a = 0, b = 0, c = 0, counter = 0] = this.#state;
    const result = (a + b + counter) >>> 0;
    this.#state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + result, counter + 1]);
    return result / 2 ** 32;
  }

  between(minimum: number, maximum: number): number {
    return minimum + this.uniform() * (maximum - minimum);
  }

  /** Both included. */
  integer(minimum: number, maximum: number): number {
    return minimum + Math.floor(this.uniform() * (maximum - minimum + 1));
  }

  isTrueFor(share: number): boolean {
    return this.uniform() < share;
  }

  /** Of mean 0 and deviation 1 (Box and Muller, 1958). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** @throws Error for none. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }

  /** The first ones oftener than the last, as 1 to their place (Zipf). @throws Error for none. */
  pickPopular<Item>(items: readonly Item[]): Item {
    const index = Math.floor((items.length + 1) ** this.uniform()) - 1;
    const item = items[Math.min(index, items.length - 1)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }
}
