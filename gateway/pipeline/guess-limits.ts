/**
 * Limits guessing at mutations such as `signIn`. Failed attempts are counted by address and account together, so that guessing
 * locks out the address that guesses and never the account's owner elsewhere; success resets the count. Guessing at one account
 * after another is limited by the failures of an address at all accounts, except those entered from there before. An attempt is
 * counted before it is executed, and not at all if the subgraph could not judge it. The gateways of a fleet count together.
 */
import {
  type FieldNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  OperationTypeNode,
} from 'graphql';
import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import { ErrorCode } from '../../platform/errors.js';
import { networkOf } from '../../platform/http/network.js';
import type { Log } from '../../platform/log.js';
import { fragmentsOf, selectedFields } from '../execution/document.js';
import { variableErrors } from '../execution/variables.js';
import type { ExecutableOperation } from './planner.js';
import { Refusal } from './refusal.js';
import { type CounterStores, openCounter } from './shared-counters.js';

export interface AttemptLimit {
  /** The field of `Mutation`. */
  readonly field: string;
  /** Where in its arguments the account is named, such as `['input', 'email']`. */
  readonly account: readonly string[];
  /** A field of its payload that is null when the attempt has failed; null where every attempt counts. */
  readonly succeeded: string | null;
  /** Whether the subgraph bounds failures at one account itself, and says when to try again. Default: it does not. */
  readonly isLockedBySubgraph?: boolean;
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

/** A guarded field of an operation. */
interface Attempt {
  readonly field: string;
  /** As the account is counted: how it is written makes no difference. */
  readonly account: string;
  readonly responseName: string;
  /** The response name of the field that shows success; undefined where it was not selected. */
  readonly succeeded: string | undefined;
  readonly isLockedBySubgraph: boolean;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: unknown;
}

/** `unjudged`: the subgraph failed, so that the attempt revealed nothing. */
type Outcome = 'succeeded' | 'failed' | 'unjudged';

/** Takes the answer to an operation that was admitted. */
type RecordOutcome = (answer: Answer) => Promise<void>;

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

  /** Counts the attempts of an operation; undefined where it has none. @throws Refusal (400, 429) */
  async admit(executable: ExecutableOperation): Promise<RecordOutcome | undefined> {
    const attempts = attemptsOf(executable, this.#limits);
    if (attempts.length === 0) return undefined;
    const network = networkOf(executable.caller.address);
    const counted: (readonly [attempt: Attempt, key: string])[] = [];
    for (const attempt of attempts) {
      const key = `${attempt.field} ${network} ${attempt.account}`;
      const excess = await this.#count(attempt, key, network);
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

  /** Counts an attempt. @returns when to retry, if it is one too many. */
  async #count(
    { isLockedBySubgraph }: Attempt,
    key: string,
    network: string,
  ): Promise<RateLimiterRes | undefined> {
    const { tries, failures, failuresInAll, entered } = this.#counters;
    const excess =
      (await this.#take(tries, network)) ??
      (isLockedBySubgraph ? undefined : await this.#take(failures, key));
    if (excess !== undefined) return excess;
    const excessInAll = await this.#take(failuresInAll, network);
    if (excessInAll === undefined || (await this.#orNull(entered.get(key))) !== null) return undefined;
    await this.#orNull(failures.reward(key));
    return excessInAll;
  }

  async #judge(outcome: Outcome, key: string, network: string): Promise<void> {
    if (outcome === 'failed') return;
    const { failures, failuresInAll, entered } = this.#counters;
    await this.#orNull(failuresInAll.reward(network));
    if (outcome === 'unjudged') await this.#orNull(failures.reward(key));
    else {
      await this.#orNull(failures.delete(key));
      await this.#orNull(entered.set(key, 1, ENTERED.duration));
    }
  }

  /** Takes a point. @returns when to retry, if there was none left. */
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

  #orNull<Result>(result: Promise<Result>): Promise<Result | null> {
    return result.catch((error: unknown) => this.#notCounted(error));
  }

  #notCounted(error: unknown): null {
    this.#log.warn({ error: String(error) }, 'a failed attempt could not be counted');
    return null;
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): Refusal {
  return Refusal.of(ErrorCode.RATE_LIMITED, 'Too many attempts: try again later', {
    status: 429,
    headers: { 'retry-after': String(Math.max(1, Math.ceil(msBeforeNext / 1_000))) },
  });
}

/** The guarded fields, and the accounts that they name as their subgraph will read them. @throws Refusal (400) */
function attemptsOf(
  { graph, operation, variables }: ExecutableOperation,
  limits: ReadonlyMap<string, AttemptLimit>,
): readonly Attempt[] {
  const { definition, document } = operation;
  if (definition.operation !== OperationTypeNode.MUTATION) return [];
  const fragments = fragmentsOf(document);
  const guarded = selectedFields(definition.selectionSet, fragments).flatMap((field) => {
    const limit = limits.get(field.name.value);
    return limit === undefined ? [] : [{ field, limit }];
  });
  if (guarded.length === 0) return [];
  const { apiSchema } = graph.supergraph;
  const errors = variableErrors(apiSchema, definition, variables);
  if (errors.length > 0) throw new Refusal(errors);
  const { variableDefinitions = [] } = definition;
  const { coerced = {} } = getVariableValues(apiSchema, variableDefinitions, variables);
  return guarded.map(({ field, limit }) => {
    const selected = field.selectionSet ? selectedFields(field.selectionSet, fragments) : [];
    const successField = selected.find(({ name }) => name.value === limit.succeeded);
    return {
      field: limit.field,
      account: accountOf(limit, argumentsOf(apiSchema, field, coerced)),
      responseName: responseNameOf(field),
      succeeded: successField && responseNameOf(successField),
      isLockedBySubgraph: limit.isLockedBySubgraph ?? false,
    };
  });
}

function accountOf({ field, account }: AttemptLimit, args: unknown): string {
  const value = account.reduce(memberOf, args);
  if (typeof value === 'string') return value.trim().toLowerCase();
  throw Refusal.of(ErrorCode.BAD_USER_INPUT, `${field} needs ${account.join('.')}`, { status: 400 });
}

/** Undefined for what is not what the field takes, such as null in place of a variable's default. */
function argumentsOf(
  schema: GraphQLSchema,
  field: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): unknown {
  const definition = schema.getMutationType()?.getFields()[field.name.value];
  try {
    return definition && getArgumentValues(definition, field, variables);
  } catch (error) {
    if (error instanceof GraphQLError) return undefined;
    throw error;
  }
}

function responseNameOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

const SUBGRAPH_FAILURES: readonly unknown[] = [
  ErrorCode.SUBGRAPH_UNAVAILABLE,
  ErrorCode.INTERNAL_SERVER_ERROR,
];

function outcomeOf({ data, errors }: Answer, { responseName, succeeded }: Attempt): Outcome {
  const payload = memberOf(data, responseName);
  if (payload == null) {
    const isUnjudged = Array.isArray(errors) && errors.some((error) => isFailureAt(error, responseName));
    return isUnjudged ? 'unjudged' : 'failed';
  }
  const result = succeeded === undefined ? undefined : memberOf(payload, succeeded);
  return result == null ? 'failed' : 'succeeded';
}

/** A subgraph that does not answer at all fails without a path. */
function isFailureAt(error: unknown, responseName: string): boolean {
  const path = memberOf(error, 'path');
  const isHere = path == null || (Array.isArray(path) && path[0] === responseName);
  return isHere && SUBGRAPH_FAILURES.includes(memberOf(memberOf(error, 'extensions'), 'code'));
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([own]) => own === name)?.[1];
}
