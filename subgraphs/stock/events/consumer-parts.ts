/** What every consumer of this subgraph is made of: `consumer` of a file beside it takes them. */
import type { Bus } from '../../../platform/bus/bus.js';
import type { SettingsCopy } from '../../../platform/copies/settings-copy.js';
import type { Log } from '../../../platform/log.js';
import type { OwnStockDatabase } from '../store/database.js';

export interface ConsumerParts {
  readonly database: OwnStockDatabase;
  readonly settings: SettingsCopy;
  readonly bus: Bus;
  readonly log: Log;
}
