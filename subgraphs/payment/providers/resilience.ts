/**
 * Guards a provider's calls: each has a time limit and one retry, a provider that keeps failing is left alone for a while
 * (circuit breaker), and no more than so many calls wait for it at once (bulkhead), so that one slow provider cannot
 * take the subgraph with it. Whatever the guard stops is `ProviderUnavailable`.
 */
import {
  bulkhead,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  isBrokenCircuitError,
  isBulkheadRejectedError,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { ProviderUnavailable } from './provider.js';

export interface ResilienceOptions {
  /** Limit of one attempt. Default 3 s. */
  readonly timeoutMilliseconds?: number;
  /** How long a provider that keeps failing is left alone. Default 5 s. */
  readonly restMilliseconds?: number;
  /** Calls at once; as many times eight may wait. Default 32. */
  readonly concurrency?: number;
}

/** Runs a call of the provider; the signal ends it when its time is up. */
export type Guard = <Result>(call: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

const RETRIES = 1;
const FAILURES_BEFORE_REST = 8;

export function guardProvider(provider: string, options: ResilienceOptions = {}): Guard {
  const concurrency = options.concurrency ?? 32;
  const isOutage = handleWhen(
    (error) => error instanceof ProviderUnavailable || error instanceof TaskCancelledError,
  );
  const policy = wrap(
    bulkhead(concurrency, concurrency * 8),
    retry(isOutage, {
      maxAttempts: RETRIES,
      backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }),
    }),
    circuitBreaker(isOutage, {
      halfOpenAfter: options.restMilliseconds ?? 5_000,
      breaker: new ConsecutiveBreaker(FAILURES_BEFORE_REST),
    }),
    timeout(options.timeoutMilliseconds ?? 3_000, TimeoutStrategy.Aggressive),
  );

  return async (call) => {
    try {
      // A signal of its own: without one, every call would listen to one signal that is never aborted.
      return await policy.execute(({ signal }) => call(signal), new AbortController().signal);
    } catch (error) {
      if (isBrokenCircuitError(error)) throw new ProviderUnavailable(`${provider} keeps failing`);
      if (isBulkheadRejectedError(error))
        throw new ProviderUnavailable(`Too many calls wait for ${provider}`);
      if (error instanceof TaskCancelledError)
        throw new ProviderUnavailable(`${provider} did not answer in time`);
      throw error;
    }
  };
}
