/**
 * One turn at a time, in the order of request, all within a given time: each may take long, as long as every later one has its least
 * time left. So on a slow machine the first take long and the last are short.
 */
export interface TurnTimes {
  /** For all turns, from the start. */
  readonly inAll: number;
  readonly longest: number;
  readonly shortest: number;
}

export class Turns {
  #left: number;
  readonly #endsAt: number;
  readonly #times: TurnTimes;
  #before: Promise<unknown> = Promise.resolve();

  /** @param turns how many will be taken. @param times in milliseconds. */
  constructor(turns: number, times: TurnTimes) {
    this.#left = turns;
    this.#times = times;
    this.#endsAt = Date.now() + times.inAll;
  }

  /** Runs the work once those before it are done, whether they succeeded or not. @param work receives how many milliseconds it may take. */
  take<Result>(work: (limit: number) => Promise<Result>): Promise<Result> {
    const turn = this.#before.then(() => work(this.#nextLimit()));
    this.#before = turn.catch(() => undefined);
    return turn;
  }

  #nextLimit(): number {
    const { longest, shortest } = this.#times;
    this.#left -= 1;
    const own = this.#endsAt - Date.now() - this.#left * shortest;
    return Math.min(longest, Math.max(shortest, own));
  }
}
