/** What resolvers and operations are given: the database as the caller may see it, and the caller. */
import type { Identity } from '../../platform/identity/identity.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { MessagesDatabase, OwnMessagesDatabase } from './store/database.js';

export interface Context {
  readonly database: MessagesDatabase;
  /** Every row, for the export of an account, whose statements name the person. */
  readonly ownDatabase: OwnMessagesDatabase;
  readonly identity: Identity;
}

export function createContext(database: OwnMessagesDatabase, { identity }: OperationCall): Context {
  return { database: database.as(identity), ownDatabase: database, identity };
}
