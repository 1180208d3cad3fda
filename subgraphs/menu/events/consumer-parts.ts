/** What every consumer of this subgraph is made of: `consumer` of a file beside it takes them. */
import type { Log } from '../../../platform/log.js';
import type { OwnMenuDatabase } from '../store/database.js';

export interface ConsumerParts {
  readonly database: OwnMenuDatabase;
  readonly log: Log;
}
