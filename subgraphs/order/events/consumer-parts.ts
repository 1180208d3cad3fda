/** What every consumer of this subgraph is made of: `consumer` of a file beside it takes them. */
import type { SettingsCopy } from '../../../platform/copies/settings-copy.js';
import type { Log } from '../../../platform/log.js';
import type { TransitionRules } from '../domain/order-lifecycle.js';
import type { OwnOrderDatabase } from '../store/database.js';
import type { MenuReadModel } from '../store/menu-read-model.js';

export interface ConsumerParts {
  readonly database: OwnOrderDatabase;
  readonly menu: MenuReadModel;
  readonly settings: SettingsCopy;
  readonly rules: TransitionRules;
  readonly log: Log;
}
