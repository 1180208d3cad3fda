/** Batched reads of one operation: one query for each kind of record, however many are loaded. */
import DataLoader from 'dataloader';
import { type Identity, type RoleGrant, scopeFor } from '../../../platform/identity/identity.js';
import { type LoaderById, loaderById } from '../../../platform/kit/loaders.js';
import type { AnalyticsConsent } from '../domain/consent.js';
import type { CustomerView } from '../domain/customer.js';
import type { LoyaltyBalance } from '../domain/loyalty.js';
import type { Notification } from '../domain/notice.js';
import { findConsents } from './analytics-consents.js';
import { findCustomers } from './customers.js';
import type { CustomerDatabase } from './database.js';
import { findBalances, findPointsOfOrders } from './loyalty.js';
import { findOwnNotifications } from './notifications.js';
import { findAppliedRewards } from './redemptions.js';
import { findRoles } from './roles.js';

export interface Loaders {
  readonly customer: LoaderById<CustomerView>;
  readonly roles: DataLoader<CustomerView, RoleGrant[], string>;
  readonly balance: DataLoader<CustomerView, LoyaltyBalance, string>;
  /** Null for one who was never asked, or never answered. */
  readonly consent: LoaderById<AnalyticsConsent & { readonly id: string }>;
  readonly notification: LoaderById<Notification>;
  /** By order. */
  readonly pointsOfOrder: DataLoader<string, number>;
  /** By redemption. */
  readonly appliedReward: LoaderById<{ readonly id: string; readonly name: string }>;
}

export function createLoaders(database: CustomerDatabase, identity: Identity): Loaders {
  const orders = scopeFor(identity, 'orders:read');
  const roles = scopeFor(identity, 'roles:grant');
  const { customerId } = identity;
  const byView = { cacheKeyFn: ({ id, access }: CustomerView) => `${id} ${access}` };
  return {
    customer: loaderById((ids) => findCustomers(database, orders, ids)),
    roles: new DataLoader((customers) => findRoles(database, roles, customers), byView),
    balance: new DataLoader((customers) => findBalances(database, customers), byView),
    consent: loaderById((ids) => findConsents(database, ids)),
    notification: loaderById(async (ids) =>
      customerId === null ? [] : findOwnNotifications(database, customerId, ids),
    ),
    pointsOfOrder: new DataLoader((ids) => findPointsOfOrders(database, orders, ids)),
    appliedReward: loaderById((ids) => findAppliedRewards(database, orders, ids)),
  };
}
