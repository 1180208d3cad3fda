/**
 * Turns many single writes into few statements: one statement is under way at a time, and what is asked meanwhile goes into
 * the next one, in the order it was asked. So the more ask at once, the less each costs. When a statement is refused for
 * what one request holds, its requests are written one by one, and only that one fails.
 */
import { setTimeout as delay } from 'node:timers/promises';

export interface CoalescingWriterOptions<Request, Result> {
  /** Writes all of them and answers each, in order. */
  write(requests: readonly Request[]): Promise<readonly Result[]>;
  readonly maximumBatch: number;
  /** How long a batch that is not full waits for company. Default 0: not at all. */
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

  /** Requests not yet under way. */
  get backlog(): number {
    return this.#waiting.length;
  }

  /** Resolves when everything that was asked is answered. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #run(): Promise<void> {
    const { maximumBatch, lingerMilliseconds = 0 } = this.#options;
    // What is asked in this same tick shall go along.
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
      // While the database works on this batch, whoever was in the last one is answered.
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

/** Answers those of a batch. */
type Answer = () => void;

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint violation): a request's own fault. */
export function isRefusedForItsData(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]/.test(error.code)
  );
}
