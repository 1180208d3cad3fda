/**
 * Does something at a rate, evenly: late ones start at once, so many at a time at most. Where it cannot keep the rate that is asked
 * for, it says what holds it back.
 */
import type { Clock } from './clock.js';

export interface PaceOptions {
  readonly clock: Clock;
  /** A second of the wall's clock, at this moment. */
  readonly perSecond: () => number;
  /** At a time. */
  readonly atOnce: number;
  /** @returns whether it was done; null where there was nothing to do. Must not reject. */
  readonly one: () => Promise<boolean | null>;
}

const TICK_MILLISECONDS = 20;
/** What could not be started within it is left out: a rate is no backlog. */
const BACKLOG_SECONDS = 2;
const LEAST_WINDOW_SECONDS = 5;
/** A window in which fewer are asked for says nothing of a rate. */
const LEAST_ASKED = 20;
const KEEPS_FROM = 0.95;
const BUSY_MILLISECONDS = 100;

export class Pace {
  readonly #options: PaceOptions;
  readonly #under = new Set<Promise<void>>();
  /** Of the last seconds: when each ended, and how long it took. */
  readonly #done: { readonly at: number; readonly milliseconds: number; readonly hasFailed: boolean }[] = [];
  readonly #asked: { readonly at: number; readonly count: number }[] = [];
  #lateTicks = 0;
  #isFull = false;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Until the clock has ended and everything started is done. */
  async run(): Promise<void> {
    const { clock, perSecond, atOnce } = this.#options;
    let due = 0;
    let last = clock.realSeconds;
    while (!clock.hasEnded) {
      await clock.passReal(TICK_MILLISECONDS);
      const now = clock.realSeconds;
      const asked = perSecond() * (now - last);
      if ((now - last) * 1_000 > TICK_MILLISECONDS + BUSY_MILLISECONDS) this.#lateTicks = now;
      last = now;
      this.#asked.push({ at: now, count: asked });
      due = Math.min(due + asked, Math.max(1, perSecond() * BACKLOG_SECONDS) + 1);
      for (; due >= 1 && this.#under.size < atOnce && !clock.hasEnded; due -= 1) this.#start();
      this.#isFull = due >= 1 && this.#under.size >= atOnce;
    }
    await Promise.all(this.#under);
  }

  #start(): void {
    const { clock, one } = this.#options;
    const startedAt = clock.realSeconds;
    const work: Promise<void> = one().then((isDone) => {
      this.#under.delete(work);
      const at = clock.realSeconds;
      this.#done.push({ at, milliseconds: (at - startedAt) * 1_000, hasFailed: isDone === false });
    });
    this.#under.add(work);
  }

  /** Long enough that enough are asked for in it. */
  get #windowSeconds(): number {
    return Math.max(LEAST_WINDOW_SECONDS, LEAST_ASKED / Math.max(this.#options.perSecond(), 0.1));
  }

  /** A second, of the last seconds: what was done, what failed, and what was asked for. */
  rates(): { readonly done: number; readonly failed: number; readonly asked: number } {
    const now = this.#options.clock.realSeconds;
    const window = this.#windowSeconds;
    for (const list of [this.#done, this.#asked]) while ((list[0]?.at ?? now) < now - window) list.shift();
    const seconds = Math.max(Math.min(window, now), 0.001);
    const asked = this.#asked.reduce((sum, { count }) => sum + count, 0);
    const failed = this.#done.filter(({ hasFailed }) => hasFailed).length;
    return { done: (this.#done.length - failed) / seconds, failed: failed / seconds, asked: asked / seconds };
  }

  /** Why the rate is not kept; null where it is. @param answers whose answers are waited for. */
  heldBackBy(answers: string): string | null {
    const { done, failed, asked } = this.rates();
    const { clock } = this.#options;
    const isYoung = clock.realSeconds < this.#windowSeconds && asked * clock.realSeconds < LEAST_ASKED;
    if (done >= asked * KEEPS_FROM || isYoung) return null;
    if (failed >= asked * (1 - KEEPS_FROM)) return `${Math.round((failed / asked) * 100)} % fail`;
    if (clock.realSeconds - this.#lateTicks < LEAST_WINDOW_SECONDS)
      return 'this process gets too little processor time';
    const times = this.#done.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    const middle = times[Math.floor(times.length / 2)];
    const each = middle === undefined ? 'and none has come' : `each takes ${Math.round(middle)} ms`;
    return this.#isFull ? `${this.#under.size} wait for ${answers}, ${each}` : `${answers} are late, ${each}`;
  }
}
