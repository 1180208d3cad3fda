/** What resolvers and operations get, made for each operation. */
import type { Cause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import type { Devices } from './ingest/devices/devices.js';
import type { LevelFeed } from './operations/level-feed.js';
import type { StockDatabase } from './store/database.js';
import type { Loaders } from './store/loaders.js';

export interface Context {
  readonly identity: Identity;
  readonly cause: Cause;
  readonly database: StockDatabase;
  readonly loaders: Loaders;
  readonly levels: LevelFeed;
  readonly devices: Devices;
}
