/**
 * Where providers call back. 200 accepts whatever is authentic, 401 refuses what is not, and 5xx has the provider
 * send it again. The answer says no more than that.
 */
import { BodyRefused, readBody } from '../../platform/http/body.js';
import { type Route, sendJson } from '../../platform/http/server.js';
import { counter } from '../../platform/metrics.js';
import type { Services } from './context.js';
import type { ProviderName } from './domain/methods.js';
import { handleCallback } from './operations/handle-callback.js';
import { ForgedCallback, ProviderUnavailable } from './providers/provider.js';

const PATHS = { MIDTRANS: '/webhooks/midtrans', XENDIT: '/webhooks/xendit' } as const satisfies Record<
  ProviderName,
  string
>;
const MAXIMUM_BODY_BYTES = 65_536;

const callbacks = counter('kedai_payment_callbacks_total', 'Callbacks of payment providers', [
  'provider',
  'status',
  'outcome',
]);

export function callbackRoutes(services: Services): Route[] {
  return [callbackRoute(services, 'MIDTRANS'), callbackRoute(services, 'XENDIT')];
}

function callbackRoute(services: Services, provider: ProviderName): Route {
  const { log } = services;
  return {
    method: 'POST',
    path: PATHS[provider],
    async handle(request, response) {
      try {
        const body = await readBody(request, MAXIMUM_BODY_BYTES);
        const outcome = await handleCallback(services, provider, { headers: request.headers, body });
        if (outcome === 'unknown' || outcome === 'mismatched') {
          log.warn({ provider, outcome }, 'callback accepted without effect');
        }
        callbacks.inc({ provider, status: 200, outcome });
        sendJson(response, 200, { status: 'accepted' });
      } catch (error) {
        const status = statusOf(error);
        log[status === 500 ? 'error' : 'warn']({ provider, error: String(error) }, 'callback refused');
        callbacks.inc({ provider, status, outcome: 'refused' });
        sendJson(response, status, { status: 'refused' });
      }
    },
  };
}

function statusOf(error: unknown): number {
  if (error instanceof ForgedCallback) return 401;
  if (error instanceof BodyRefused) return error.status;
  return error instanceof ProviderUnavailable ? 503 : 500;
}
