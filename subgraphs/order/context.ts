/** What resolvers and operations are given: the subgraph's services, the caller and cause of the operation, and its loaders. */
import DataLoader from 'dataloader';
import type { Bus } from '../../platform/bus/bus.js';
import type { SettingsCopy } from '../../platform/copies/settings-copy.js';
import type { Cause } from '../../platform/events/envelope.js';
import { callerOf, type Identity } from '../../platform/identity/identity.js';
import type { Origin } from '../../platform/identity/origin.js';
import type { ChangeFeed } from '../../platform/kit/change-feed.js';
import { type ExportedRows, findExportedRows } from '../../platform/kit/personal-rows.js';
import type { Language } from '../../platform/language/language.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { TransitionRules } from './domain/order-lifecycle.js';
import type { RecentFigures } from './operations/recent-figures.js';
import type { OrderDatabase, OwnOrderDatabase } from './store/database.js';
import { EXPORTED_WITH_ORDERS } from './store/exported.js';
import { createLoaders, type Loaders } from './store/loaders.js';
import type { MenuReadModel } from './store/menu-read-model.js';
import type { OrderNumbers } from './store/order-numbers.js';
import type { PlacementWriter } from './store/placement-writer.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: OwnOrderDatabase;
  readonly bus: Bus;
  readonly changes: ChangeFeed;
  readonly menu: MenuReadModel;
  readonly settings: SettingsCopy;
  readonly numbers: OrderNumbers;
  readonly placements: PlacementWriter;
  readonly rules: TransitionRules;
  readonly recent: RecentFigures;
}

export interface Context extends Omit<Services, 'database'> {
  /** The caller's rows. */
  readonly database: OrderDatabase;
  /**
   * Every row: for `checkout`, whose statements name the guest and check the order (`insert-orders.ts`), for the export of an account,
   * whose statements name the person, and for an outlet's first forecasts, which are made of all its orders.
   */
  readonly ownDatabase: OwnOrderDatabase;
  readonly identity: Identity;
  /** Where a mutation came from, for the audit trail. */
  readonly origin?: Origin | undefined;
  readonly cause: Cause;
  /** That the client prefers; undefined where it does not say. */
  readonly language: Language | undefined;
  readonly loaders: Loaders;
  /** By order, of those that the caller has read as their own. */
  readonly exportedOrders: DataLoader<string, ExportedRows>;
}

export function createContext(
  services: Services,
  { identity, origin, cause, language }: OperationCall,
): Context {
  const database = services.database.as(identity);
  const loaders = createLoaders(database, identity);
  const ownDatabase = services.database;
  const exportedOrders = new DataLoader((ids: readonly string[]) =>
    findExportedRows(ownDatabase.prisma, EXPORTED_WITH_ORDERS, callerOf(identity), ids),
  );
  return { ...services, database, ownDatabase, identity, origin, cause, language, loaders, exportedOrders };
}
