/** A route whose requests count for the rate limit of their address: 429 with `retry-after` beyond it. */
import { clientAddress } from '../../platform/http/client-address.js';
import { type Route, sendText } from '../../platform/http/server.js';
import type { RateLimits } from '../pipeline/rate-limits.js';
import { Refusal } from '../pipeline/refusal.js';

export function limitRoute(
  route: Route,
  rateLimits: Pick<RateLimits, 'fromAddress'>,
  trustedProxies: number,
): Route {
  return {
    ...route,
    async handle(request, response, ...rest) {
      try {
        rateLimits.fromAddress(clientAddress(request, trustedProxies));
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
        return sendText(response, error.status ?? 429, 'Too many requests\n');
      }
      await route.handle(request, response, ...rest);
    },
  };
}
