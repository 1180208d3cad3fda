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

/** Called now and then with how many were compared. */
export type ReportProgress = (kind: string, count: number) => void;

const EXAMPLES = 10;
const REPORT_EVERY = 10_000;

export class Tally {
  readonly #kind: string;
  readonly #report: ReportProgress;
  readonly #examples: string[] = [];
  #compared = 0;
  #differing = 0;
  #skipped = 0;

  constructor(kind: string, report: ReportProgress) {
    this.#kind = kind;
    this.#report = report;
  }

  compare(id: string, rebuilt: unknown, stored: unknown): void {
    this.#compared += 1;
    if (this.#compared % REPORT_EVERY === 0) this.#report(this.#kind, this.#compared);
    if (isDeepStrictEqual(rebuilt, stored)) return;
    this.#differing += 1;
    if (this.#examples.length < EXAMPLES) this.#examples.push(id);
  }

  skip(): void {
    this.#skipped += 1;
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
