/** Copies members' consents to analytics, by which reports about customers count people. */
import { type Consumer, idempotent } from '../../../platform/events/consumer.js';
import { upsertConsent } from '../store/analytics-consents.js';
import type { ConsumerParts } from './consumer-parts.js';

export function consumer({ database, log }: ConsumerParts): Consumer {
  const name = 'order.analytics-consents';
  return {
    name,
    types: ['customer.analytics-consent-changed'],
    handle: idempotent(
      database,
      name,
      async (event, { tx }) => {
        if (event.type === 'customer.analytics-consent-changed') await upsertConsent(tx, event);
      },
      log,
    ),
  };
}
