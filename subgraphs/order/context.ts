/** What every resolver is given: for whom and because of what it runs, and the loaders of this one operation. */
import type { Bus } from '../../platform/bus/bus.js';
import { ErrorCode, requestError } from '../../platform/errors.js';
import type { Cause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { TransitionRules } from './domain/order-lifecycle.js';
import type { OrderDatabase } from './store/database.js';
import { createLoaders, type Loaders } from './store/loaders.js';
import type { MenuReadModel } from './store/menu-read-model.js';
import type { OrderNumbers } from './store/order-numbers.js';
import type { PlacementWriter } from './store/placement-writer.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: OrderDatabase;
  readonly bus: Bus;
  readonly menu: MenuReadModel;
  readonly numbers: OrderNumbers;
  readonly placements: PlacementWriter;
  readonly rules: TransitionRules;
}

export interface Context extends Services {
  readonly identity: Identity;
  readonly cause: Cause;
  readonly loaders: Loaders;
}

export function createContext(services: Services, { identity, cause }: OperationCall): Context {
  return { ...services, identity, cause, loaders: createLoaders(services.database, identity) };
}

/** The caller's customer id, for fields that require a signed-in caller. @throws UNAUTHENTICATED */
export function callerOf({ customerId }: Identity): string {
  if (customerId === null) throw requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first');
  return customerId;
}
