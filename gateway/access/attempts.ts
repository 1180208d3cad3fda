/**
 * Holds back who guesses. Failed attempts at a mutation such as signing in are counted by the address that they come from
 * and the account that they are at, together: guessing at an account locks out the address that guesses, and never the
 * account's owner elsewhere. Success wipes the count. All gateways of a fleet count together.
 */
import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import { ErrorCode } from '../../platform/errors.js';
import type { Log } from '../../platform/log.js';
import type { ReadyOperation } from '../operations/planner.js';
import { Refusal } from '../operations/refusal.js';
import { type Attempt, attemptsOf } from './attempts-of.js';
import { networkOf } from './rate-limits.js';
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
  readonly stores: CounterStores;
  readonly log: Log;
}

/** Failures until there is a pause, and how long that is. */
const FAILURES = 10;
const PAUSE_SECONDS = 15 * 60;
/** Attempts at one account from one address that may be under way at once: they are counted when they end. */
const AT_ONCE = 20;

/** Takes the answer to an operation that was let through. */
export type Judge = (answer: { readonly data?: unknown }) => Promise<void>;

export class AttemptGuard {
  readonly #limits: ReadonlyMap<string, AttemptLimit>;
  readonly #failures: RateLimiterAbstract;
  readonly #underWay = new Map<string, number>();
  readonly #log: Log;

  private constructor({ limits, log }: AttemptGuardOptions, failures: RateLimiterAbstract) {
    this.#limits = new Map(limits.map((limit) => [limit.field, limit]));
    this.#failures = failures;
    this.#log = log;
  }

  static async open(options: AttemptGuardOptions): Promise<AttemptGuard> {
    const counter = { name: 'attempts', points: FAILURES, duration: PAUSE_SECONDS };
    return new AttemptGuard(options, await openCounter(options.stores, counter, options.log));
  }

  /** Undefined for operations that attempt nothing. @throws Refusal (429) */
  async admit({ operation, variables, caller }: ReadyOperation): Promise<Judge | undefined> {
    const attempts = attemptsOf(operation, variables, this.#limits);
    if (attempts.length === 0) return undefined;
    const network = networkOf(caller.address);
    const keyOf = ({ account }: Attempt) => `${network} ${account}`;
    const keys = attempts.map(keyOf);
    for (const key of keys) await this.#demand(key);
    for (const key of keys) this.#count(key, 1);
    return async ({ data }) => {
      for (const key of keys) this.#count(key, -1);
      for (const attempt of attempts) await this.#judge(keyOf(attempt), hasSucceeded(data, attempt));
    };
  }

  async #demand(key: string): Promise<void> {
    if ((this.#underWay.get(key) ?? 0) >= AT_ONCE) throw tooMany(1);
    const failures = await this.#failures.get(key).catch((error: unknown) => this.#notCounted(error));
    if (failures && failures.consumedPoints >= FAILURES) {
      throw tooMany(Math.ceil(failures.msBeforeNext / 1_000));
    }
  }

  async #judge(key: string, succeeded: boolean): Promise<void> {
    const counted = succeeded ? this.#failures.delete(key) : this.#failures.penalty(key);
    await counted.catch((error: unknown) => this.#notCounted(error));
  }

  #count(key: string, change: number): void {
    const now = (this.#underWay.get(key) ?? 0) + change;
    if (now > 0) this.#underWay.set(key, now);
    else this.#underWay.delete(key);
  }

  #notCounted(error: unknown): null {
    this.#log.warn({ error: String(error) }, 'failed attempts are not counted');
    return null;
  }
}

function hasSucceeded(data: unknown, { responseName, succeeded }: Attempt): boolean {
  const payload = typeof data === 'object' && data !== null ? Object.entries(data) : [];
  const found: unknown = payload.find(([name]) => name === responseName)?.[1];
  if (typeof found !== 'object' || found === null) return false;
  const value: unknown = Object.entries(found).find(([name]) => name === succeeded)?.[1];
  return value !== null && value !== undefined;
}

function tooMany(seconds: number): Refusal {
  return Refusal.of(ErrorCode.RATE_LIMITED, 'Too many failed attempts: try again later', {
    status: 429,
    headers: { 'retry-after': String(seconds) },
  });
}
