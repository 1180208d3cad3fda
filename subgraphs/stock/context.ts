/** What resolvers and operations are given: the subgraph's services, the caller and cause of the operation, and its loaders. */
import type { SettingsCopy } from '../../platform/copies/settings-copy.js';
import type { Cause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import type { Origin } from '../../platform/identity/origin.js';
import type { Language } from '../../platform/language/language.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { Devices } from './ingest/devices/devices.js';
import type { AvailabilityFeed } from './operations/availability-feed.js';
import type { LevelFeed } from './operations/level-feed.js';
import type { HealthFeed } from './operations/shelf-health-feed.js';
import type { OwnStockDatabase, StockDatabase } from './store/database.js';
import type { HistoryRetention } from './store/level-history.js';
import { createLoaders, type Loaders } from './store/loaders.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: OwnStockDatabase;
  readonly levels: LevelFeed;
  readonly availability: AvailabilityFeed;
  readonly health: HealthFeed;
  readonly devices: Devices;
  readonly settings: SettingsCopy;
  readonly historyRetention: HistoryRetention;
}

export interface Context extends Omit<Services, 'database'> {
  /** As the caller may see it. */
  readonly database: StockDatabase;
  /** For what is no tenant's. */
  readonly ownDatabase: OwnStockDatabase;
  readonly identity: Identity;
  /** Where a mutation came from, for the audit trail. */
  readonly origin?: Origin | undefined;
  readonly cause: Cause;
  /** That the client prefers; undefined where it does not say. */
  readonly language: Language | undefined;
  readonly loaders: Loaders;
}

export function createContext(
  services: Services,
  { identity, origin, cause, language }: OperationCall,
): Context {
  const database = services.database.as(identity);
  const ownDatabase = services.database;
  const { silentSeconds } = services.health;
  const loaders = createLoaders({ database, ownDatabase, identity, silentSeconds });
  return { ...services, database, ownDatabase, identity, origin, cause, language, loaders };
}
