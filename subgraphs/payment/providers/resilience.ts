/**
 * Guards a provider's calls: each has a time limit and one retry, a circuit breaker opens while the provider keeps failing,
 * and a bulkhead bounds the calls in flight, so that one slow provider cannot take the subgraph down with it. A call that
 * the guard stops is `ProviderUnavailable`, and `ProviderUnreached` when no attempt can have reached the provider.
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
import { ProviderUnavailable, ProviderUnreached } from './provider.js';

export interface ResilienceOptions {
  /** Limit of one attempt. Default 3 s. */
  readonly timeoutMilliseconds?: number;
  /** How long the circuit stays open. Default 5 s. */
  readonly restMilliseconds?: number;
  /** Calls in flight; eight times as many may queue. Default 32. */
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
    // Counted before it is made: an attempt that timed out may still arrive.
    let arrivals = 0;
    async function attempt(signal: AbortSignal) {
      arrivals += 1;
      try {
        return await call(signal);
      } catch (error) {
        if (error instanceof ProviderUnreached) arrivals -= 1;
        throw error;
      }
    }
    try {
      // A signal of its own: without one, all calls would add listeners to one signal that is never aborted.
      return await policy.execute(({ signal }) => attempt(signal), new AbortController().signal);
    } catch (error) {
      const message = outageOf(provider, error);
      if (message === null) throw error;
      const Outage = arrivals === 0 ? ProviderUnreached : ProviderUnavailable;
      throw new Outage(message, { cause: error });
    }
  };
}

/** Null for an error that is no outage. */
function outageOf(provider: string, error: unknown): string | null {
  if (isBrokenCircuitError(error)) return `${provider} keeps failing`;
  if (isBulkheadRejectedError(error)) return `Too many calls wait for ${provider}`;
  if (error instanceof TaskCancelledError) return `${provider} did not answer in time`;
  return error instanceof ProviderUnavailable ? error.message : null;
}
