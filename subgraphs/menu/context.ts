/** What every resolver receives: the caller and the cause of the operation, and loaders that live as long as it. */
import type { Bus } from '../../platform/bus/bus.js';
import type { Cause } from '../../platform/events/envelope.js';
import type { Identity } from '../../platform/identity/identity.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { MenuDatabase } from './store/database.js';
import { createLoaders, type Loaders } from './store/loaders.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: MenuDatabase;
  readonly bus: Bus;
}

export interface Context extends Services {
  readonly identity: Identity;
  readonly cause: Cause;
  readonly loaders: Loaders;
}

export function createContext(services: Services, { identity, cause }: OperationCall): Context {
  return { ...services, identity, cause, loaders: createLoaders(services.database) };
}
