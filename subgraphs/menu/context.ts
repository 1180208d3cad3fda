/** What resolvers and operations are given: the subgraph's services, the caller and cause of the operation, and its loaders. */
import type { Bus } from '../../platform/bus/bus.js';
import type { Cause } from '../../platform/events/envelope.js';
import { type Identity, tenantsOf } from '../../platform/identity/identity.js';
import type { Origin } from '../../platform/identity/origin.js';
import { isStaff } from '../../platform/kit/tenant-scope.js';
import type { Language } from '../../platform/language/language.js';
import type { PlaceSettings } from '../../platform/outlet-settings/inheritance.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { MenuDatabase, OwnMenuDatabase } from './store/database.js';
import { createLoaders, type Loaders } from './store/loaders.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: OwnMenuDatabase;
  /** As anonymous callers see the database. */
  readonly publicDatabase: MenuDatabase;
  readonly bus: Bus;
  /** The settings of outlets that hold where nobody has set any. */
  readonly defaults: PlaceSettings;
}

export interface Context {
  /**
   * Writes as the caller. Reads as an anonymous one, whose reads need no transaction: every row of the menu is public, but for drafts of
   * outlets; staff, who may see some, read as themselves.
   */
  readonly database: MenuDatabase;
  readonly bus: Bus;
  readonly identity: Identity;
  /** Where a mutation came from, for the audit trail. */
  readonly origin?: Origin | undefined;
  readonly cause: Cause;
  /** Of names and texts; undefined for the chain's own, as head office wrote them. */
  readonly language: Language | undefined;
  readonly loaders: Loaders;
  readonly defaults: PlaceSettings;
}

export function createContext(
  { database: own, publicDatabase, bus, defaults }: Services,
  { identity, origin, cause, language }: OperationCall,
): Context {
  const caller = own.as(identity);
  const { prisma, pool } = worksSomewhere(identity) ? caller : publicDatabase;
  const work: MenuDatabase['work'] = (cause, run, options) => caller.work(cause, run, options);
  const database = { prisma, pool, work };
  return { database, bus, identity, origin, cause, language, defaults, loaders: createLoaders(database) };
}

function worksSomewhere(identity: Identity): boolean {
  return isStaff(tenantsOf(identity));
}
