/**
 * Turns many single writes into few statements: one statement is in progress at a time, and requests that arrive meanwhile
 * form the next one, in the order of their arrival. So the more concurrent requests, the less each costs. When a statement is
 * refused for the data of one request, its requests are written one by one, and only that one fails.
 *
 * The consumers' `batching` (platform/events) differs in what matters here: it runs several handles at once, keeps jobs whole,
 * and has no results.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { sqlFailureOf } from '../sql/sql-failure.js';

export interface CoalescingWriterOptions<Request, Result> {
  /** Writes all requests. Returns a result for each, in order. */
  write(requests: readonly Request[]): Promise<readonly Result[]>;
  readonly maximumBatch: number;
  /** How long a batch that is not full waits for further requests. Default 0: not at all. */
  readonly lingerMilliseconds?: number;
}

interface Waiting<Request, Result> {
  readonly request: Request;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export class CoalescingWriter<Request, Result> {
  readonly #options: CoalescingWriterOptions<Request, Result>;
  #waiting: Waiting<Request, Result>[] = [];
  #running: Promise<void> | undefined;

  constructor(options: CoalescingWriterOptions<Request, Result>) {
    this.#options = options;
  }

  write(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Requests not yet in progress. */
  get backlog(): number {
    return this.#waiting.length;
  }

  /** Resolves when every request has its result. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    const { maximumBatch, lingerMilliseconds = 0 } = this.#options;
    // Requests of the same tick go into the first batch.
    await Promise.resolve();
    let answer: Answer = () => undefined;
    for (;;) {
      if (this.#waiting.length === 0) {
        answer();
        this.#running = undefined;
        return;
      }
      if (lingerMilliseconds > 0 && this.#waiting.length < maximumBatch) await delay(lingerMilliseconds);
      const writing = this.#write(this.#waiting.splice(0, maximumBatch));
      // While the database works on this batch, the requests of the last one get their results.
      answer();
      answer = await writing;
    }
  }

  async #write(batch: readonly Waiting<Request, Result>[]): Promise<Answer> {
    try {
      const results = await this.#options.write(batch.map(({ request }) => request));
      return () => {
        for (const [index, { resolve, reject }] of batch.entries()) {
          const result = results[index];
          if (result === undefined) reject(new Error('A write was not answered'));
          else resolve(result);
        }
      };
    } catch (error) {
      if (batch.length === 1 || !isRefusedForItsData(error)) {
        return () => {
          for (const { reject } of batch) reject(error);
        };
      }
      const answers: Answer[] = [];
      for (const one of batch) answers.push(await this.#write([one]));
      return () => {
        for (const answer of answers) answer();
      };
    }
  }
}

/** Settles the requests of a batch. */
type Answer = () => void;

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint violation): a request's own fault. */
export function isRefusedForItsData(error: unknown): boolean {
  return /^2[23]/.test(sqlFailureOf(error)?.sqlState ?? '');
}
