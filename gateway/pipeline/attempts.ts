/**
 * Limits guessing. Failed attempts at a mutation such as `signIn` are counted by address and account together: guessing locks
 * out the address that guesses, and never the account's owner elsewhere. Success resets the count. Guessing at one account
 * after another is limited by the failures of an address in all, which do not count for accounts entered from there before.
 * An attempt is counted before it is made; one that the subgraph could not judge is not counted. A fleet counts together.
 */
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import { ErrorCode } from '../../platform/errors.js';
import type { Log } from '../../platform/log.js';
import { type Answer, type Outcome, outcomeOf } from './attempt-outcome.js';
import { type Attempt, attemptsOf } from './find-attempts.js';
import type { ExecutableOperation } from './planner.js';
import { networkOf } from './rate-limits.js';
import { Refusal } from './refusal.js';
import { type CounterStores, openCounter } from './shared-counters.js';

export interface AttemptLimit {
  /** The field of `Mutation`. */
  readonly field: string;
  /** Where in its arguments the account is named, such as `['input', 'email']`. */
  readonly account: readonly string[];
  /** A field of its payload that is null when the attempt has failed. */
  readonly succeeded: string;
}

export interface AttemptGuardOptions {
  readonly limits: readonly AttemptLimit[];
  readonly bounds?: Partial<AttemptBounds> | undefined;
  readonly stores: CounterStores;
  readonly log: Log;
}

/** How many attempts are allowed, and over how many seconds each number is counted. */
export interface AttemptBounds {
  /** Failures at one account from one address. Default 10 in 15 minutes. */
  readonly failuresPerAccount: number;
  readonly failuresPerAccountSeconds: number;
  /** Failures from one address at all accounts together. Default 100 in 5 minutes. */
  readonly failuresPerAddress: number;
  readonly failuresPerAddressSeconds: number;
  /** Attempts from one address, failed or not: each costs the hash of a password. Default 1,000 in 10 seconds. */
  readonly attemptsPerAddress: number;
  readonly attemptsPerAddressSeconds: number;
}

export const DEFAULT_ATTEMPT_BOUNDS: AttemptBounds = {
  failuresPerAccount: 10,
  failuresPerAccountSeconds: 15 * 60,
  failuresPerAddress: 100,
  failuresPerAddressSeconds: 5 * 60,
  attemptsPerAddress: 1_000,
  attemptsPerAddressSeconds: 10,
};

/** How long an account counts as entered from an address. */
const ENTERED = { name: 'entered', points: 1, duration: 7 * 24 * 60 * 60 };

/** Takes the answer to an operation that was let through. */
export type RecordOutcome = (answer: Answer) => Promise<void>;

interface Counters {
  readonly failures: RateLimiterAbstract;
  readonly failuresInAll: RateLimiterAbstract;
  readonly tries: RateLimiterAbstract;
  readonly entered: RateLimiterAbstract;
}

export class AttemptGuard {
  readonly #limits: ReadonlyMap<string, AttemptLimit>;
  readonly #counters: Counters;
  readonly #log: Log;

  private constructor({ limits, log }: AttemptGuardOptions, counters: Counters) {
    this.#limits = new Map(limits.map((limit) => [limit.field, limit]));
    this.#counters = counters;
    this.#log = log;
  }

  static async open(options: AttemptGuardOptions): Promise<AttemptGuard> {
    const { stores, log } = options;
    const bounds = { ...DEFAULT_ATTEMPT_BOUNDS, ...options.bounds };
    const open = (name: string, points: number, duration: number) =>
      openCounter(stores, { name, points, duration }, log);
    return new AttemptGuard(options, {
      failures: await open('attempts', bounds.failuresPerAccount, bounds.failuresPerAccountSeconds),
      failuresInAll: await open(
        'attempts_in_all',
        bounds.failuresPerAddress,
        bounds.failuresPerAddressSeconds,
      ),
      tries: await open('tries', bounds.attemptsPerAddress, bounds.attemptsPerAddressSeconds),
      entered: await openCounter(stores, ENTERED, log),
    });
  }

  /** Undefined for operations that attempt nothing. @throws Refusal (400, 429) */
  async admit({
    graph,
    operation,
    variables,
    caller,
  }: ExecutableOperation): Promise<RecordOutcome | undefined> {
    const attempts = attemptsOf(graph.supergraph.apiSchema, operation, variables, this.#limits);
    if (attempts.length === 0) return undefined;
    const network = networkOf(caller.address);
    const counted: (readonly [attempt: Attempt, key: string])[] = [];
    for (const attempt of attempts) {
      const key = `${attempt.field} ${network} ${attempt.account}`;
      const excess = await this.#count(key, network);
      if (excess !== undefined) {
        for (const [, earlier] of counted) await this.#judge('unjudged', earlier, network);
        throw tooMany(excess);
      }
      counted.push([attempt, key]);
    }
    return async (answer) => {
      for (const [attempt, key] of counted) await this.#judge(outcomeOf(answer, attempt), key, network);
    };
  }

  /** Counts an attempt; the answer says when to come back where it is one too many. */
  async #count(key: string, network: string): Promise<RateLimiterRes | undefined> {
    const { tries, failures, failuresInAll, entered } = this.#counters;
    const excess = (await this.#take(tries, network)) ?? (await this.#take(failures, key));
    if (excess !== undefined) return excess;
    const excessInAll = await this.#take(failuresInAll, network);
    if (excessInAll === undefined || (await this.#known(entered.get(key))) !== null) return undefined;
    await this.#known(failures.reward(key));
    return excessInAll;
  }

  async #judge(outcome: Outcome, key: string, network: string): Promise<void> {
    if (outcome === 'failed') return;
    const { failures, failuresInAll, entered } = this.#counters;
    await this.#known(failuresInAll.reward(network));
    if (outcome === 'unjudged') await this.#known(failures.reward(key));
    else {
      await this.#known(failures.delete(key));
      await this.#known(entered.set(key, 1, ENTERED.duration));
    }
  }

  /** Takes a point; the answer says when there is one again where there was none. */
  async #take(counter: RateLimiterAbstract, key: string): Promise<RateLimiterRes | undefined> {
    try {
      await counter.consume(key);
      return undefined;
    } catch (error) {
      if (error instanceof RateLimiterRes) return error;
      this.#notCounted(error);
      return undefined;
    }
  }

  #known<Result>(result: Promise<Result>): Promise<Result | null> {
    return result.catch((error: unknown) => this.#notCounted(error));
  }

  #notCounted(error: unknown): null {
    this.#log.warn({ error: String(error) }, 'failed attempts are not counted');
    return null;
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): Refusal {
  return Refusal.of(ErrorCode.RATE_LIMITED, 'Too many attempts: try again later', {
    status: 429,
    headers: { 'retry-after': String(Math.max(1, Math.ceil(msBeforeNext / 1_000))) },
  });
}
