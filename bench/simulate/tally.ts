/** Counts of the simulated day so far. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(what: string): void {
    this.#counts.set(what, this.of(what) + 1);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** Those of what has happened, in the order in which it first did. */
  text(): string {
    return [...this.#counts].map(([what, count]) => `${what} ${count.toLocaleString('en')}`).join(' · ');
  }
}
