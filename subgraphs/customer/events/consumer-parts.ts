/** What every consumer of this subgraph is made of: `consumer` of a file beside it takes them. */
import type { SettingsCopy } from '../../../platform/copies/settings-copy.js';
import type { Log } from '../../../platform/log.js';
import type { OwnCustomerDatabase } from '../store/database.js';

export interface ConsumerParts {
  readonly database: OwnCustomerDatabase;
  readonly settings: SettingsCopy;
  readonly log: Log;
}
