/** What every resolver is given: for whom and because of what it runs, and the loaders of this one operation. */
import DataLoader from 'dataloader';
import type { Bus } from '../../platform/bus/bus.js';
import { ErrorCode, requestError } from '../../platform/errors.js';
import type { Cause } from '../../platform/events/envelope.js';
import type { TokenParties } from '../../platform/identity/access-token.js';
import { type Identity, type RoleGrant, scopeFor } from '../../platform/identity/identity.js';
import type { SigningKey } from '../../platform/identity/keys.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { LoyaltyBalance } from './domain/loyalty.js';
import { type CustomerView, readCustomers } from './store/customers.js';
import type { CustomerDatabase } from './store/database.js';
import { readBalances, readPointsEarned } from './store/loyalty.js';
import { type NotificationRow, readOwnNotifications } from './store/notifications.js';
import { readAppliedRewards } from './store/redemptions.js';
import { readRoles } from './store/roles.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: CustomerDatabase;
  readonly bus: Bus;
  readonly signingKey: SigningKey;
  readonly tokenParties: TokenParties;
}

/** One query each, however many are asked for. */
export interface Loaders {
  readonly customer: DataLoader<string, CustomerView | null>;
  readonly roles: DataLoader<CustomerView, RoleGrant[], string>;
  readonly balance: DataLoader<CustomerView, LoyaltyBalance, string>;
  readonly notification: DataLoader<string, NotificationRow | null>;
  readonly pointsEarned: DataLoader<string, number>;
  /** By redemption. */
  readonly appliedReward: DataLoader<string, { id: string; name: string } | null>;
}

export interface Context extends Services {
  readonly identity: Identity;
  readonly cause: Cause;
  readonly loaders: Loaders;
}

export function createContext(services: Services, { identity, cause }: OperationCall): Context {
  return { ...services, identity, cause, loaders: createLoaders(services, identity) };
}

/** Of fields that the schema marks as needing one. @throws UNAUTHENTICATED */
export function callerOf({ customerId }: Identity): string {
  if (customerId === null) throw requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first');
  return customerId;
}

function createLoaders({ database }: Services, identity: Identity): Loaders {
  const orders = scopeFor(identity, 'orders:read');
  const roles = scopeFor(identity, 'roles:grant');
  const byView = { cacheKeyFn: ({ id, access }: CustomerView) => `${id} ${access}` };
  return {
    customer: new DataLoader((ids) => readCustomers(database, orders, ids)),
    roles: new DataLoader((customers) => readRoles(database, roles, customers), byView),
    balance: new DataLoader((customers) => readBalances(database, customers), byView),
    notification: new DataLoader((ids) => readOwnNotifications(database, orders, ids)),
    pointsEarned: new DataLoader((ids) => readPointsEarned(database, orders, ids)),
    appliedReward: new DataLoader((ids) => readAppliedRewards(database, orders, ids)),
  };
}
