/** What every resolver receives: the caller and the cause of the operation, and loaders that live as long as it. */
import DataLoader from 'dataloader';
import type { Bus } from '../../platform/bus/bus.js';
import { ErrorCode, requestError } from '../../platform/errors.js';
import type { Cause } from '../../platform/events/envelope.js';
import type { TokenParties } from '../../platform/identity/access-token.js';
import { type Identity, type RoleGrant, scopeFor } from '../../platform/identity/identity.js';
import type { SigningKey } from '../../platform/identity/keys.js';
import { type LoaderById, loaderById } from '../../platform/kit/loaders.js';
import type { OperationCall } from '../../platform/subgraph/subgraph.js';
import type { CustomerView } from './domain/customer.js';
import type { LoyaltyBalance } from './domain/loyalty.js';
import type { Notification } from './domain/notice.js';
import { findCustomers } from './store/customers.js';
import type { CustomerDatabase } from './store/database.js';
import { findBalances, findPointsOfOrders } from './store/loyalty.js';
import { findOwnNotifications } from './store/notifications.js';
import { findAppliedRewards } from './store/redemptions.js';
import { findRoles } from './store/roles.js';

/** What lives as long as the subgraph. */
export interface Services {
  readonly database: CustomerDatabase;
  readonly bus: Bus;
  readonly signingKey: SigningKey;
  readonly tokenParties: TokenParties;
}

export interface Loaders {
  readonly customer: LoaderById<CustomerView>;
  readonly roles: DataLoader<CustomerView, RoleGrant[], string>;
  readonly balance: DataLoader<CustomerView, LoyaltyBalance, string>;
  readonly notification: LoaderById<Notification>;
  /** By order. */
  readonly pointsOfOrder: DataLoader<string, number>;
  /** By redemption. */
  readonly appliedReward: LoaderById<{ readonly id: string; readonly name: string }>;
}

export interface Context extends Services {
  readonly identity: Identity;
  readonly cause: Cause;
  readonly loaders: Loaders;
}

export function createContext(services: Services, { identity, cause }: OperationCall): Context {
  return { ...services, identity, cause, loaders: createLoaders(services, identity) };
}

/** For fields that the schema guards. @throws UNAUTHENTICATED */
export function callerOf({ customerId }: Identity): string {
  if (customerId === null) throw requestError(ErrorCode.UNAUTHENTICATED, 'Sign in first');
  return customerId;
}

function createLoaders({ database }: Services, identity: Identity): Loaders {
  const orders = scopeFor(identity, 'orders:read');
  const roles = scopeFor(identity, 'roles:grant');
  const { customerId } = identity;
  const byView = { cacheKeyFn: ({ id, access }: CustomerView) => `${id} ${access}` };
  return {
    customer: loaderById((ids) => findCustomers(database, orders, ids)),
    roles: new DataLoader((customers) => findRoles(database, roles, customers), byView),
    balance: new DataLoader((customers) => findBalances(database, customers), byView),
    notification: loaderById(async (ids) =>
      customerId === null ? [] : findOwnNotifications(database, customerId, ids),
    ),
    pointsOfOrder: new DataLoader((ids) => findPointsOfOrders(database, orders, ids)),
    appliedReward: loaderById((ids) => findAppliedRewards(database, orders, ids)),
  };
}
