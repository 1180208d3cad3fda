/** What resolvers and operations are given: the unit's services, the database as the caller may see it, and the caller. */
import type { Cause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import type { Origin } from '../../platform/identity/origin.js';
import type { Sealing } from '../../platform/identity/sealing.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { ReceiverRules } from './delivery/receiver-address.js';
import type { UnsubscribeTokens } from './delivery/unsubscribe-tokens.js';
import type { MessagesDatabase, OwnMessagesDatabase } from './store/database.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: OwnMessagesDatabase;
  readonly unsubscribeTokens: UnsubscribeTokens;
  readonly push: {
    /** What browsers subscribe by; null where the system has no key to push with. */
    readonly publicKey: string | null;
  };
  readonly webhooks: {
    readonly rules: ReceiverRules;
    /** Of their secrets. */
    readonly sealing: Sealing;
    /** Called once deliveries are committed. */
    readonly wakeSender: () => void;
  };
  /** Called once a run is committed that is to begin. */
  readonly wakeScheduler: () => void;
}

export interface Context extends Omit<Services, 'database'> {
  readonly database: MessagesDatabase;
  /** Every row, for the export of an account, whose statements name the person. */
  readonly ownDatabase: OwnMessagesDatabase;
  readonly identity: Identity;
  /** Where a mutation came from, for the audit trail. */
  readonly origin?: Origin | undefined;
  readonly cause: Cause;
}

export function createContext(
  { database, ...services }: Services,
  { identity, origin, cause }: OperationCall,
): Context {
  return { database: database.as(identity), ownDatabase: database, ...services, identity, origin, cause };
}
