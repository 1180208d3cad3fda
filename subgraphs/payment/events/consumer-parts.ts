/** What every consumer of this subgraph is made of: `consumer` of a file beside it takes them. */
import type { SettingsCopy } from '../../../platform/copies/settings-copy.js';
import type { Cause } from '../../../platform/events/envelope.js';
import type { Log } from '../../../platform/log.js';
import type { OwnPaymentDatabase } from '../store/database.js';

export interface ConsumerParts {
  readonly database: OwnPaymentDatabase;
  readonly settings: SettingsCopy;
  readonly log: Log;
  /** Of an order that will not be served. */
  endPayments(cause: Cause, orderId: string): Promise<void>;
}
