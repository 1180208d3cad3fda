/** What resolvers and operations are given: the subgraph's services, the caller and cause of the operation, and its loaders. */
import type { Bus } from '../../platform/bus/bus.js';
import type { Cause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import type { Origin } from '../../platform/identity/origin.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { MenuDatabase, OwnMenuDatabase } from './store/database.js';
import { createLoaders, type Loaders } from './store/loaders.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: OwnMenuDatabase;
  /** As anonymous callers see the database. */
  readonly publicDatabase: MenuDatabase;
  readonly bus: Bus;
}

export interface Context {
  /**
   * Writes as the caller. Reads as an anonymous one, whose reads need no transaction: every row of the menu is public.
   */
  readonly database: MenuDatabase;
  readonly bus: Bus;
  readonly identity: Identity;
  /** Where a mutation came from, for the audit trail. */
  readonly origin?: Origin | undefined;
  readonly cause: Cause;
  readonly loaders: Loaders;
}

export function createContext(
  { database: own, publicDatabase, bus }: Services,
  { identity, origin, cause }: OperationCall,
): Context {
  const { prisma, pool } = publicDatabase;
  const work: MenuDatabase['work'] = (cause, run, options) => own.as(identity).work(cause, run, options);
  const database = { prisma, pool, work };
  return { database, bus, identity, origin, cause, loaders: createLoaders(database) };
}
