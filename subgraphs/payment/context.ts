/** What every resolver is given: its caller and cause, the subgraph's services, and the loaders of this one operation. */
import type { Bus } from '../../platform/bus/bus.js';
import { type Scope, scopeFor } from '../../platform/identity/identity.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { Services } from './operations/services.js';
import { createLoaders, type Loaders } from './store/loaders.js';

export interface Context extends OperationCall {
  readonly services: Services;
  readonly bus: Bus;
  /** What the caller may see: their own payments, and those of outlets where they may read them. */
  readonly reading: Scope;
  readonly loaders: Loaders;
}

export function createContext(services: Services, bus: Bus, { identity, cause }: OperationCall): Context {
  const reading = scopeFor(identity, 'payments:read');
  return { identity, cause, services, bus, reading, loaders: createLoaders(services.database, reading) };
}
