/** What every consumer of this subgraph is made of: `consumer` of a file beside it takes them. */
import type { Log } from '../../../platform/log.js';
import type { OwnMessagesDatabase } from '../store/database.js';

export interface ConsumerParts {
  readonly database: OwnMessagesDatabase;
  readonly log: Log;
  readonly wakeSender: () => void;
  readonly wakePushSender: () => void;
  readonly wakeWebhookSender: () => void;
  /** The names of the event streams. */
  readonly streams: readonly string[];
  readonly wakeStreams: () => void;
}
