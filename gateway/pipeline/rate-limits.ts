/**
 * Limits the requests of one address and of one person. Each request counts for both; its cost counts for the person, or for the
 * address of an anonymous caller. The window is short: it allows a burst and limits the sustained rate. Open sockets and event
 * streams are limited by address, in each gateway of a fleet by itself.
 */
import { ErrorCode } from '../../platform/errors.js';
import { networkOf } from '../../platform/http/network.js';
import type { Log } from '../../platform/log.js';
import type { Caller } from './caller.js';
import { ConcurrencyLimiter } from './concurrency-limiter.js';
import { RateLimiter, type Taken } from './rate-limiter.js';
import { Refusal } from './refusal.js';
import { ALONE, type CounterStores, openCounter } from './shared-counters.js';

export interface RateLimitOptions {
  /** Requests a second, by address and by person. Default 200. */
  readonly requestsPerSecond?: number;
  /** Cost a second, by `@cost` and `@listSize`, by person or else by address. Default 500,000. */
  readonly costPerSecond?: number;
  /** The window in which requests are counted, which is the burst that is allowed. Default 2. */
  readonly windowSeconds?: number;
  /** Open sockets and event streams of one address. Default 10,000. */
  readonly streamsPerAddress?: number;
  /** Open sockets and event streams of all clients. Default 40,000. */
  readonly streams?: number;
  /** Shared by the gateways of a fleet. Default: each counts for itself. */
  readonly stores?: CounterStores;
}

export const DEFAULT_RATE_LIMITS: Required<Omit<RateLimitOptions, 'stores'>> = {
  requestsPerSecond: 200,
  costPerSecond: 500_000,
  windowSeconds: 2,
  streamsPerAddress: 10_000,
  streams: 40_000,
};

const COST_WINDOW_SECONDS = 10;
const RETRY_AFTER_SECONDS = '5';

export interface RateLimits {
  /** Counts a request before its caller is identified. @throws Refusal (429) */
  fromAddress(address: string): Taken | undefined;
  /** Counts a request for a person, whatever its address. @throws Refusal (429) */
  fromPerson(caller: Caller): Taken | undefined;
  /** Counts the estimated cost of an operation. @throws Refusal (429) */
  cost(caller: Caller, cost: number): void;
  /** Counts an open socket or event stream until the returned function is called, once. @throws Refusal (429) */
  open(address: string): () => void;
  close(): void;
}

export const UNLIMITED: RateLimits = {
  fromAddress: () => undefined,
  fromPerson: () => undefined,
  cost: () => {},
  open: () => () => {},
  close: () => {},
};

export async function openRateLimits(options: RateLimitOptions, log: Log): Promise<RateLimits> {
  const { requestsPerSecond, costPerSecond, windowSeconds, streamsPerAddress, streams } = {
    ...DEFAULT_RATE_LIMITS,
    ...options,
  };
  const { stores = ALONE } = options;
  const concurrent = new ConcurrencyLimiter({ total: streams, perKey: streamsPerAddress });
  const open = async (name: string, perSecond: number, seconds: number) => {
    const points = perSecond * seconds;
    const shared = await openCounter(stores, { name, points, duration: seconds }, log);
    return new RateLimiter({ points, seconds, shared, log });
  };
  const requests = await open('requests', requestsPerSecond, windowSeconds);
  const costs = await open('cost', costPerSecond, COST_WINDOW_SECONDS);
  return {
    fromAddress: (address) => allowed(requests.take(`address:${networkOf(address)}`)),
    fromPerson({ identity: { customerId } }) {
      return customerId === null ? undefined : allowed(requests.take(`person:${customerId}`));
    },
    cost({ identity, address }, cost) {
      const { customerId } = identity;
      const key = customerId === null ? `address:${networkOf(address)}` : `person:${customerId}`;
      allowed(costs.take(key, cost));
    },
    open(address) {
      const release = concurrent.acquire(networkOf(address));
      if (release !== undefined) return release;
      throw Refusal.of(ErrorCode.RATE_LIMITED, 'Too many sockets and streams are open', {
        status: 429,
        headers: { 'retry-after': RETRY_AFTER_SECONDS },
      });
    },
    close() {
      requests.close();
      costs.close();
    },
  };
}

export function headersOf({ limit, remaining, secondsLeft }: Taken): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(secondsLeft),
  };
}

function allowed(taken: Taken): Taken {
  if (taken.isAllowed) return taken;
  throw Refusal.of(ErrorCode.RATE_LIMITED, 'Too many requests', {
    status: 429,
    headers: { ...headersOf(taken), 'retry-after': String(taken.secondsLeft) },
  });
}
