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
  /** Must not reject. */
  readonly one: () => Promise<void>;
}

const TICK_MILLISECONDS = 20;
/** What could not be started within it is left out: a rate is no backlog. */
const BACKLOG_SECONDS = 2;
const WINDOW_SECONDS = 5;
const KEEPS_FROM = 0.95;
const BUSY_MILLISECONDS = 100;

export class Pace {
  readonly #options: PaceOptions;
  readonly #under = new Set<Promise<void>>();
  /** Of the last seconds: when each ended, and how long it took. */
  readonly #done: { readonly at: number; readonly milliseconds: number }[] = [];
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
    const work: Promise<void> = one().finally(() => {
      this.#under.delete(work);
      const at = clock.realSeconds;
      this.#done.push({ at, milliseconds: (at - startedAt) * 1_000 });
    });
    this.#under.add(work);
  }

  /** A second, of the last seconds: what was done, and what was asked for. */
  rates(): { readonly done: number; readonly asked: number } {
    const now = this.#options.clock.realSeconds;
    const window = Math.min(WINDOW_SECONDS, now);
    for (const list of [this.#done, this.#asked])
      while ((list[0]?.at ?? now) < now - WINDOW_SECONDS) list.shift();
    const asked = this.#asked.reduce((sum, { count }) => sum + count, 0);
    return { done: this.#done.length / window, asked: asked / window };
  }

  /** Why the rate is not kept; null where it is. @param answers whose answers are waited for. */
  heldBackBy(answers: string): string | null {
    const { done, asked } = this.rates();
    if (done >= asked * KEEPS_FROM || asked * WINDOW_SECONDS < 20) return null;
    if (this.#options.clock.realSeconds - this.#lateTicks < WINDOW_SECONDS)
      return 'this process gets too little processor time';
    const times = this.#done.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
    const middle = times[Math.floor(times.length / 2)];
    const each = middle === undefined ? 'and none has come' : `each takes ${Math.round(middle)} ms`;
    return this.#isFull ? `${this.#under.size} wait for ${answers}, ${each}` : `${answers} are late, ${each}`;
  }
}
