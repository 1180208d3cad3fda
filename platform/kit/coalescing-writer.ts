/**
 * Turns many single writes into few: while a batch is in progress, the requests that arrive form the next one, in the order of
 * their arrival. So the more concurrent requests, the less each costs, and a lone request waits for nothing. When a batch fails
 * by the fault of one request, its requests are written one by one, and only that one fails.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { sqlFailureOf } from '../sql/sql-failure.js';

export interface CoalescingWriterOptions<Request, Result> {
  /** Writes all requests. Returns a result for each, in order. */
  write(requests: readonly Request[]): Promise<readonly Result[]>;
  /** In the units of `sizeOf`. A single larger request is a batch of its own. */
  readonly maximumBatch: number;
  /** What a request counts. Default: 1. */
  sizeOf?(request: Request): number;
  /** Batches in progress at once. Default 1. */
  readonly concurrency?: number;
  /** Whether a batch failed by the fault of one of its requests. Default: `isRefusedForItsData`. */
  isOwnFault?(error: unknown): boolean;
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
  readonly #waiting: Waiting<Request, Result>[] = [];
  readonly #running = new Set<Promise<void>>();

  constructor(options: CoalescingWriterOptions<Request, Result>) {
    this.#options = options;
  }

  write(request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (this.#running.size < (this.#options.concurrency ?? 1)) this.#start();
    });
  }

  /** Requests not yet in progress. */
  get backlog(): number {
    return this.#waiting.length;
  }

  /** Resolves when every request has its result. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #start(): void {
    const running: Promise<void> = this.#run(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** @param onEnd called in the turn in which no request was left. */
  async #run(onEnd: () => void): Promise<void> {
    const { maximumBatch, lingerMilliseconds = 0 } = this.#options;
    // Requests of the same tick go into the first batch.
    await Promise.resolve();
    let answer: Answer = () => undefined;
    for (;;) {
      if (this.#waiting.length === 0) {
        answer();
        return onEnd();
      }
      if (lingerMilliseconds > 0 && this.#waiting.length < maximumBatch) await delay(lingerMilliseconds);
      const batch = this.#take();
      if (batch.length === 0) continue;
      const writing = this.#write(batch);
      // While the database works on this batch, the requests of the last one get their results.
      answer();
      answer = await writing;
    }
  }

  #take(): Waiting<Request, Result>[] {
    const { maximumBatch, sizeOf } = this.#options;
    if (sizeOf === undefined) return this.#waiting.splice(0, maximumBatch);
    let size = 0;
    const end = this.#waiting.findIndex(({ request }, index) => {
      size += sizeOf(request);
      return index > 0 && size > maximumBatch;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
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
      const { isOwnFault = isRefusedForItsData } = this.#options;
      if (batch.length === 1 || !isOwnFault(error)) {
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
