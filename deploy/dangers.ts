/** What is for trying Kedai out and dangerous in production: every start there says so. */
import type { Config } from '../platform/config.js';
import { mayReachInside } from '../subgraphs/messages/settings.js';
import { hasSimulators } from '../subgraphs/payment/settings.js';

/** Said where the databases of a chain in production have what the demo was seeded with. */
export const DEMO_DATA_IN_PRODUCTION =
  'The outlets, menu and stock of the demo chain are in these databases, though not its accounts: name another DATA_DIR or database, or start over by --fresh.';

/** A sentence each. */
export function dangersOf(config: Config): string[] {
  if (!config.isProduction) return [];
  return [
    ...(config.hasDemo
      ? [
          'DEMO is on in production: anybody can sign in to the demo accounts, head office among them, and as the demo shelves. Their passwords are public.',
        ]
      : []),
    ...(hasSimulators(config)
      ? ['PAYMENT_SIMULATORS is on in production: orders can be paid without any money.']
      : []),
    ...(mayReachInside(config)
      ? [
          'WEBHOOKS_PRIVATE_ADDRESSES is on in production: who may create webhooks reaches addresses inside your network by them.',
        ]
      : []),
  ];
}
