/** Counts of the simulated day so far. */
export class Tally {
  readonly #startedAt = Date.now();
  readonly #counts = new Map<string, number>();

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  line(): string {
    const seconds = Math.round((Date.now() - this.#startedAt) / 1_000);
    const counts = [...this.#counts].map(([what, count]) => `${what} ${count.toLocaleString('en')}`);
    return `${String(seconds).padStart(4)} s  ${counts.join(' · ')}`;
  }
}
