/** What a kind of thing is when it is rebuilt from the history, against its rows. */
import { isDeepStrictEqual } from 'node:util';

export interface Comparison {
  readonly kind: string;
  readonly compared: number;
  readonly differing: number;
  /** Ids of the first that differ. */
  readonly examples: readonly string[];
  /** Began before the history did, or has events that say too little. */
  readonly skipped: number;
}

/** Called with how many are done, of about how many rows. */
export type ReportProgress = (kind: string, done: number, total: number) => void;

const EXAMPLES = 10;
const REPORT_EVERY = 1_000;

export class Tally {
  readonly #kind: string;
  readonly #report: (done: number) => void;
  readonly #examples: string[] = [];
  #done = 0;
  #compared = 0;
  #differing = 0;
  #skipped = 0;

  constructor(kind: string, report: ReportProgress, total: number) {
    this.#kind = kind;
    this.#report = (done) => report(kind, done, total);
    // The first rows come when the events are sorted.
    this.#report(0);
  }

  compare(id: string, rebuilt: unknown, stored: unknown): void {
    this.pass();
    this.#compared += 1;
    if (isDeepStrictEqual(rebuilt, stored)) return;
    this.#differing += 1;
    if (this.#examples.length < EXAMPLES) this.#examples.push(id);
  }

  skip(): void {
    this.pass();
    this.#skipped += 1;
  }

  /** Of what there is nothing to compare. */
  pass(): void {
    this.#done += 1;
    if (this.#done % REPORT_EVERY === 0) this.#report(this.#done);
  }

  result(): Comparison {
    return {
      kind: this.#kind,
      compared: this.#compared,
      differing: this.#differing,
      examples: this.#examples,
      skipped: this.#skipped,
    };
  }
}
