/** The menu unit: the chain's franchises and outlets, what it sells and at what price. */
import { findConsumers } from '../../platform/events/find-consumers.js';
import { ANONYMOUS } from '../../platform/identity/identity.js';
import { defaultSettings } from '../../platform/outlet-settings/defaults.js';
import type { Platform } from '../../platform/platform.js';
import { buildSchema } from '../../platform/subgraph/schema.js';
import { startSubgraph } from '../../platform/subgraph/start.js';
import type { RunningSubgraph } from '../../platform/subgraph/subgraph.js';
import { startPlannedPrices } from './background/planned-prices.js';
import { createContext, type Services } from './context.js';
import type { ConsumerParts } from './events/consumer-parts.js';
import { resolvers } from './resolvers/resolvers.js';
import { openMenuDatabase } from './store/database.js';

export async function startMenu(platform: Platform): Promise<RunningSubgraph> {
  const { config, bus, log } = platform;
  const database = openMenuDatabase(config.databaseUrl('menu'), bus);
  const services: Services = {
    database,
    publicDatabase: database.as(ANONYMOUS),
    bus,
    defaults: defaultSettings(config),
  };
  return startSubgraph(platform, {
    name: 'menu',
    schema: buildSchema('menu', resolvers),
    database,
    consumers: await findConsumers<ConsumerParts>(new URL('./events/', import.meta.url), { database, log }),
    context: (call) => createContext(services, call),
    background: [startPlannedPrices(services.publicDatabase, bus, log)],
    publishesInvalidations: true,
  });
}
