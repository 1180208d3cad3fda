/**
 * Where providers call back. 200 means heard; whoever cannot prove who they are, or speaks of what is not ours, is told no
 * more than that; anything else is worth calling again for.
 */
import { BodyTooLarge, readBody } from '../../../platform/http/body.js';
import { type Route, sendJson } from '../../../platform/http/server.js';
import { counter } from '../../../platform/metrics.js';
import type { ProviderName } from '../domain/methods.js';
import { ForgedCallback, MalformedCallback } from '../providers/provider.js';
import { hearCallback, MismatchedCallback } from './handle-callback.js';
import type { Services } from './services.js';

const PATHS = { MIDTRANS: '/webhooks/midtrans', XENDIT: '/webhooks/xendit' } as const satisfies Record<
  ProviderName,
  string
>;
const MAXIMUM_BODY_BYTES = 65_536;

const heard = counter('kedai_payment_callbacks_total', 'Callbacks of payment providers', [
  'provider',
  'status',
]);

export function callbackRoutes(services: Services): Route[] {
  return [callbackRoute(services, 'MIDTRANS'), callbackRoute(services, 'XENDIT')];
}

function callbackRoute(services: Services, provider: ProviderName): Route {
  return {
    method: 'POST',
    path: PATHS[provider],
    async handle(request, response) {
      let status = 200;
      try {
        const body = await readBody(request, MAXIMUM_BODY_BYTES);
        await hearCallback(services, provider, { headers: request.headers, body });
      } catch (error) {
        status = statusOf(error);
        services.log[status === 500 ? 'error' : 'warn'](
          { provider, error: String(error) },
          'callback refused',
        );
      }
      heard.inc({ provider, status });
      sendJson(response, status, { status: status === 200 ? 'heard' : 'refused' });
    },
  };
}

function statusOf(error: unknown): number {
  if (error instanceof ForgedCallback) return 401;
  if (error instanceof MalformedCallback) return 400;
  if (error instanceof MismatchedCallback) return 404;
  if (error instanceof BodyTooLarge) return 413;
  return 500;
}
