/** Counts occurrences by name. */
export class Tally {
  readonly #counts = new Map<string, number>();

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  line(): string {
    return [...this.#counts].map(([what, count]) => `${what} ${count.toLocaleString('en')}`).join(' · ');
  }
}
